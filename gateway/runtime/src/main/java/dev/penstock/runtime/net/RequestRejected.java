package dev.penstock.runtime.net;

/** Why a request is refused before anything has looked at its content. Carries no stack trace: it is a value. */
public final class RequestRejected extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final String code;

    /**
     * A refusal.
     *
     * @param status the HTTP status, 400 to 599
     * @param code a stable name in snake case, such as {@code body_too_large}
     * @param message for the person at the other end
     */
    public RequestRejected(int status, String code, String message) {
        super(message, null, false, false);
        this.status = status;
        this.code = code;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** A stable name in snake case. */
    public String code() {
        return code;
    }

    /** The message, never null. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
