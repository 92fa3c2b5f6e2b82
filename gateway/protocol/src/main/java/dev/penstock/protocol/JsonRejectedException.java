package dev.penstock.protocol;

/** A request body that is not acceptable JSON. Carries the answer the client gets. */
public final class JsonRejectedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient ApiError error;

    /** Refuses with this error. */
    public JsonRejectedException(ApiError error) {
        super(error.message());
        this.error = error;
    }

    /** What the client is told. */
    public ApiError error() {
        return error;
    }
}
