package dev.penstock.gateway.upstream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.protocol.ApiError;
import dev.penstock.routing.Outcome.FailureClass;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the error answers of the engines. Whose fault it is decides: a request that is wrong in itself goes back to the
 * client in OpenAI's shape; anything else is a failed attempt, for another worker to do better.
 *
 * <p>Shapes: OpenAI and vLLM {@code {"error":{message,type,param,code}}} with a string or integer code, SGLang the same
 * flat beside {@code "object":"error"}, TGI {@code {"error":"...","error_type":"..."}}, FastAPI {@code {"detail":...}},
 * llama.cpp {@code "type":"exceed_context_size_error"}.
 */
final class WorkerRefusal {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int MAX_MESSAGE_CHARS = 2000;
    /** Statuses that say the request is wrong whoever is asked. A 401, 403 or 404 is about us, not about the client. */
    private static final Set<Integer> CLIENT_FAULTS = Set.of(400, 409, 413, 415, 422);

    /** What another Penstock says where it cannot run this request, and may well run the next. */
    private static final Set<String> DECLINED = Set.of(
            "constraint_unsatisfiable", "max_cost_exceeded", "no_eligible_worker", "no_live_worker", "loop_detected");

    /** What one says that ends. */
    private static final Set<String> LEAVING = Set.of("stopping", "draining");

    private WorkerRefusal() {}

    /**
     * What an answer other than a proper 200 means.
     *
     * @param status of the answer; 200 for an error within one
     * @param body as much of it as was read
     */
    static AttemptFailedException of(int status, byte[] body, Optional<Duration> retryAfter) {
        JsonNode root = parse(body);
        JsonNode error = root.path("error").isObject() ? root.path("error") : root;
        int meant = status == 200 ? statusWithin(error) : status;
        Optional<String> code = text(error, "code");
        if (code.filter(DECLINED::contains).isPresent()) {
            return new AttemptFailedException(FailureClass.DECLINED, "declined: " + code.get(), retryAfter);
        }
        if (CLIENT_FAULTS.contains(meant)) {
            return new AttemptFailedException(refusal(meant, root, error));
        }
        if (meant == 503 && code.filter(LEAVING::contains).isPresent()) {
            return new AttemptFailedException(FailureClass.RESET, "the worker is stopping"); // as good as gone
        }
        if (meant == 429 || meant == 503 || meant == 529) {
            return new AttemptFailedException(FailureClass.OVERLOADED, "status " + meant, retryAfter);
        }
        if (meant >= 300 && meant < 400) {
            return new AttemptFailedException(FailureClass.PROTOCOL, "a redirect, which is never followed");
        }
        return new AttemptFailedException(
                FailureClass.SERVER_ERROR, status == 200 ? "an error within a 200" : "status " + meant);
    }

    private static int statusWithin(JsonNode error) {
        int code = error.path("code").asInt(0);
        return code >= 400 && code <= 599 ? code : 500;
    }

    private static ApiError refusal(int status, JsonNode root, JsonNode error) {
        String message = text(error, "message")
                .or(() -> text(root, "error"))
                .or(() -> text(root, "detail"))
                .orElse("the worker refused the request with status " + status);
        if (message.length() > MAX_MESSAGE_CHARS) {
            message = message.substring(0, MAX_MESSAGE_CHARS);
        }
        Optional<String> param = text(error, "param");
        if (contextLength(error, message)) {
            return ApiError.contextLengthExceeded(param.orElse("messages"), message);
        }
        // 422 and the like become 400: what clients know. 413 keeps its own meaning.
        ApiError refusal = ApiError.invalid(status == 413 ? 413 : 400, message);
        if (param.isPresent()) {
            refusal = refusal.withParam(param.get());
        }
        Optional<String> code = text(error, "code");
        return code.isPresent() ? refusal.withCode(code.get()) : refusal;
    }

    private static boolean contextLength(JsonNode error, String message) {
        return text(error, "type").filter("exceed_context_size_error"::equals).isPresent()
                || text(error, "code").filter("context_length_exceeded"::equals).isPresent()
                || message.contains("maximum context length")
                || message.contains("context length is only");
    }

    private static Optional<String> text(JsonNode node, String name) {
        JsonNode value = node.path(name);
        return value.isTextual() && !value.textValue().isEmpty() ? Optional.of(value.textValue()) : Optional.empty();
    }

    private static JsonNode parse(byte[] body) {
        try {
            return MAPPER.readTree(body);
        } catch (JsonProcessingException e) {
            return MAPPER.missingNode(); // an HTML page of some proxy: the status says it all
        } catch (IOException e) {
            return MAPPER.missingNode();
        }
    }

    /** A {@code retry-after} header in seconds; a date is not read. */
    static Optional<Duration> retryAfter(Optional<String> header) {
        try {
            return header.map(String::strip)
                    .map(Long::parseLong)
                    .filter(s -> s >= 0)
                    .map(Duration::ofSeconds);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
