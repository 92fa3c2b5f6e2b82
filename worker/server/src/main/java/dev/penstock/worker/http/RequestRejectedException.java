package dev.penstock.worker.http;

import dev.penstock.protocol.ApiError;

/** A request that is answered with an error. Carries the answer; has no stack trace, since it is no fault of ours. */
public final class RequestRejectedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient ApiError error;

    /** A refusal with this answer. */
    public RequestRejectedException(ApiError error) {
        super(error.message(), null, false, false);
        this.error = error;
    }

    /** A value that is not acceptable: "n: 0 (expected: an integer from 1 to 128)". */
    static RequestRejectedException invalid(String parameter, String found, String expected) {
        return new RequestRejectedException(
                ApiError.invalid(parameter, parameter + ": " + found + " (expected: " + expected + ")"));
    }

    /** Something that the model does not do. */
    static RequestRejectedException unsupported(String parameter, String found, String capability) {
        return new RequestRejectedException(ApiError.invalid(
                        parameter,
                        parameter + ": " + found + " is not supported by this model (missing capability: " + capability
                                + ")")
                .withCode("unsupported_parameter"));
    }

    /** What the client is told. */
    public ApiError error() {
        return error;
    }
}
