package dev.penstock.runtime.net;

/** Bytes that are no HTTP request; the message says why, and holds none of them. */
final class MalformedRequestException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    MalformedRequestException(String message) {
        super(message);
    }

    /** A value, made for every malformed request: a stack trace would only cost. */
    @Override
    public Throwable fillInStackTrace() {
        return this;
    }
}
