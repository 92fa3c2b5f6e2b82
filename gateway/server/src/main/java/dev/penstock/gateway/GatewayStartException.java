package dev.penstock.gateway;

/** A gateway could not start for a reason its operator can mend. The message is one line, for a terminal. */
public final class GatewayStartException extends Exception {
    private static final long serialVersionUID = 1L;

    GatewayStartException(String message, Throwable cause) {
        super(message, cause);
    }

    /** The line to print. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
