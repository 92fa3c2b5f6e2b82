package dev.penstock.loadtest.mock;

import dev.penstock.protocol.ApiError;

/** A request that a mock cannot answer, with what it says to that. Carries no stack trace: it is a value. */
public final class MockRequestRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient ApiError error;

    MockRequestRefusedException(ApiError error) {
        super(error.message(), null, false, false);
        this.error = error;
    }

    /** What the client is told. */
    public ApiError error() {
        return error;
    }
}
