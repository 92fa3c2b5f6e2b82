package dev.penstock.protocol;

/** An event stream that breaks its limits. A value without a stack trace. */
public final class SseRejectedException extends Exception {
    private static final long serialVersionUID = 1L;

    SseRejectedException(String message) {
        super(message, null, false, false);
    }
}
