package dev.penstock.protocol;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * An error as OpenAI clients read it: {@code {"error":{"message","type","param","code"}}} with all four keys present, a
 * status, and what the client is told about trying again.
 *
 * @param status the HTTP status, 400 to 599
 * @param type OpenAI's class of error, such as {@code invalid_request_error}
 * @param code OpenAI's code, such as {@code model_not_found}
 * @param param the request parameter at fault
 * @param message for a person: the field, the value and what was expected; never a secret or a prompt
 * @param retryAfter when to try again; at most {@link #MAX_RETRY_AFTER}
 * @param retryable what {@code x-should-retry} says; empty leaves it to the client's own rules
 */
public record ApiError(
        int status,
        String type,
        Optional<String> code,
        Optional<String> param,
        String message,
        Optional<Duration> retryAfter,
        Optional<Boolean> retryable) {
    /** Longer waits are ignored by some SDKs and really waited by others. */
    public static final Duration MAX_RETRY_AFTER = Duration.ofSeconds(60);

    private static final String INVALID_REQUEST = "invalid_request_error";
    private static final String SERVER = "server_error";

    public ApiError {
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("status: " + status + " (expected: 400 to 599)");
        }
        retryAfter = retryAfter.map(wait -> wait.compareTo(MAX_RETRY_AFTER) > 0 ? MAX_RETRY_AFTER : wait);
    }

    /** The request is wrong and stays wrong: 400, naming the parameter. */
    public static ApiError invalid(String param, String message) {
        return of(400, INVALID_REQUEST, message).withParam(param);
    }

    /** The request is wrong as a whole: a 4xx without a parameter. */
    public static ApiError invalid(int status, String message) {
        return of(status, INVALID_REQUEST, message);
    }

    /** No key, or one that is not known. */
    public static ApiError unauthenticated(String message) {
        return of(401, INVALID_REQUEST, message).withCode("invalid_api_key");
    }

    /** A key that is known, and may not. Asking again changes nothing. */
    public static ApiError forbidden(String code, String message) {
        return of(403, INVALID_REQUEST, message).withCode(code);
    }

    /** No such model. */
    public static ApiError modelNotFound(String message) {
        return of(404, INVALID_REQUEST, message).withCode("model_not_found").withParam("model");
    }

    /** Prompt and completion do not fit the model. */
    public static ApiError contextLengthExceeded(String param, String message) {
        return of(400, INVALID_REQUEST, message)
                .withCode("context_length_exceeded")
                .withParam(param);
    }

    /** A limit of the caller's own is used up until {@code retryAfter}. */
    public static ApiError rateLimited(String message, Duration retryAfter) {
        return of(429, "rate_limit_exceeded", message)
                .withCode("rate_limit_exceeded")
                .withRetryAfter(retryAfter);
    }

    /** What the caller may use at all does not suffice: asking again changes nothing. */
    public static ApiError insufficientQuota(String message) {
        return of(429, "insufficient_quota", message)
                .withCode("insufficient_quota")
                .withRetryable(false);
    }

    /** The service has no room or nobody alive at this moment. */
    public static ApiError unavailable(String code, String message, Duration retryAfter) {
        return of(503, SERVER, message).withCode(code).withRetryAfter(retryAfter);
    }

    /** What stands behind us failed, 502 or 504, or we did, 500. */
    public static ApiError server(int status, String code, String message) {
        return of(status, SERVER, message).withCode(code);
    }

    private static ApiError of(int status, String type, String message) {
        return new ApiError(
                status, type, Optional.empty(), Optional.empty(), message, Optional.empty(), Optional.empty());
    }

    /** The same error with a code. */
    public ApiError withCode(String value) {
        return new ApiError(status, type, Optional.of(value), param, message, retryAfter, retryable);
    }

    /** The same error with the parameter at fault. */
    public ApiError withParam(String value) {
        return new ApiError(status, type, code, Optional.of(value), message, retryAfter, retryable);
    }

    /** The same error with a time to try again. */
    public ApiError withRetryAfter(Duration value) {
        return new ApiError(status, type, code, param, message, Optional.of(value), retryable);
    }

    /** The same error with a word on whether trying again makes sense. */
    public ApiError withRetryable(boolean value) {
        return new ApiError(status, type, code, param, message, retryAfter, Optional.of(value));
    }

    /** The body. */
    public String toJson() {
        StringBuilder json = new StringBuilder(160).append("{\"error\":{\"message\":");
        quote(json, message);
        json.append(",\"type\":");
        quote(json, type);
        json.append(",\"param\":");
        param.ifPresentOrElse(value -> quote(json, value), () -> json.append("null"));
        json.append(",\"code\":");
        code.ifPresentOrElse(value -> quote(json, value), () -> json.append("null"));
        return json.append("}}").toString();
    }

    /**
     * The frame that breaks off an event stream. Every known client raises on {@code event: error}; no {@code [DONE]}
     * may follow.
     */
    public byte[] toSseFrame() {
        return ("event: error\ndata: " + toJson() + "\n\n").getBytes(StandardCharsets.UTF_8);
    }

    private static void quote(StringBuilder json, String value) {
        json.append('"');
        JsonStringEncoder.getInstance().quoteAsString(value, json);
        json.append('"');
    }
}
