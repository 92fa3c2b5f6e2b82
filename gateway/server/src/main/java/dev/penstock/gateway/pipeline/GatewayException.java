package dev.penstock.gateway.pipeline;

/** Carries a {@link GatewayError} through a failed future. Has no stack trace: it is a value, not an accident. */
public final class GatewayException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient GatewayError error;

    /** Wraps the error. */
    public GatewayException(GatewayError error) {
        super(error.getClass().getSimpleName(), null, false, false);
        this.error = error;
    }

    /** What went wrong. */
    public GatewayError error() {
        return error;
    }
}
