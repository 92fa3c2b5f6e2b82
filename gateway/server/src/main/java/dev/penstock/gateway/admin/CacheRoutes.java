package dev.penstock.gateway.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.penstock.protocol.ApiError;
import dev.penstock.protocol.JsonRejectedException;
import dev.penstock.runtime.config.ByteSize;
import dev.penstock.runtime.net.BoundedBody;
import dev.penstock.runtime.net.RequestRejected;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * {@code GET /admin/cache}: what memory holds, did and would have done; {@code POST /admin/cache/purge}: has no gateway serve
 * answers any more: those of a tenant, of a model, by a key, of a name, as far as each is given, or all with {@code all}.
 */
public final class CacheRoutes {
    static final String PATH = "/admin/cache";
    static final String PURGE = PATH + "/purge";

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final ByteSize MAX_BODY = ByteSize.kibibytes(16);
    private static final Duration BODY_TIMEOUT = Duration.ofSeconds(10);
    private static final String ALL = "all";
    private static final List<String> SCOPES = List.of("tenant", "key", "model", "entry");

    private final Vertx vertx;
    private final Optional<MemoryReport> memory;
    private final Access access;

    /** Port: a memory as operators see it. */
    public interface MemoryReport {
        /** Writes what it holds, did and would have done. */
        void report(ObjectNode to);

        /**
         * Has nobody serve those any more.
         *
         * @param scope values by {@code tenant}, {@code key}, {@code model} and {@code entry}; none is all there are
         * @return how many this gateway had
         */
        int purge(Map<String, String> scope);
    }

    /** Port: who may. */
    @FunctionalInterface
    public interface Access {
        /**
         * Refuses whoever may not.
         *
         * @throws JsonRejectedException with what they are told
         */
        void check(HttpServerRequest request) throws JsonRejectedException;
    }

    private CacheRoutes(Vertx vertx, Optional<MemoryReport> memory, Access access) {
        this.vertx = vertx;
        this.memory = memory;
        this.access = access;
    }

    /** The paths; empty where there is no memory, of which they then tell. */
    public static List<AdminRoute> of(Vertx vertx, Optional<MemoryReport> memory, Access access) {
        CacheRoutes routes = new CacheRoutes(vertx, memory, access);
        return List.of(
                new AdminRoute(HttpMethod.GET, PATH, call -> routes.report(call.request())),
                new AdminRoute(HttpMethod.POST, PURGE, call -> routes.purge(call.request())));
    }

    private static ApiError none() {
        return ApiError.invalid(404, "nothing is answered from memory (expected: `cache` in the configuration)");
    }

    private void report(HttpServerRequest request) {
        if (memory.isEmpty()) {
            AdminAnswer.send(request, none());
            return;
        }
        vertx.executeBlocking(() -> told(memory.get()), false)
                .onSuccess(text -> AdminAnswer.send(request, 200, AdminAnswer.JSON, text))
                .onFailure(failure -> AdminAnswer.internal(request, failure));
    }

    private static String told(MemoryReport memory) throws JsonProcessingException {
        ObjectNode root = MAPPER.createObjectNode();
        memory.report(root);
        return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    }

    private void purge(HttpServerRequest request) {
        if (memory.isEmpty()) {
            AdminAnswer.send(request, none());
            return;
        }
        try {
            access.check(request);
        } catch (JsonRejectedException refused) {
            AdminAnswer.send(request, refused.error());
            return;
        }
        BoundedBody.read(vertx, request, MAX_BODY, BODY_TIMEOUT)
                .compose(body -> vertx.executeBlocking(() -> purged(memory.get(), scope(body)), false))
                .onSuccess(text -> AdminAnswer.send(request, 200, AdminAnswer.JSON, text))
                .onFailure(failure -> refuse(request, failure));
    }

    private static String purged(MemoryReport memory, Map<String, String> scope) throws JsonProcessingException {
        return MAPPER.writeValueAsString(MAPPER.createObjectNode().put("purged", memory.purge(scope))) + "\n";
    }

    /** What is meant; all only where that is said. */
    private static Map<String, String> scope(byte[] body) throws JsonRejectedException {
        JsonNode given = parsed(body);
        Map<String, String> scope = new TreeMap<>();
        for (Map.Entry<String, JsonNode> field : given.properties()) {
            String name = field.getKey();
            if (SCOPES.contains(name) && field.getValue().isTextual()) {
                scope.put(name, field.getValue().textValue());
            } else if (!name.equals(ALL) || !field.getValue().isBoolean()) {
                throw refused(
                        name,
                        name + ": " + field.getValue() + " (expected: a text for one of " + String.join(", ", SCOPES)
                                + ", or `all: true`)");
            }
        }
        if (scope.isEmpty() != given.path(ALL).asBoolean(false)) {
            throw refused(
                    ALL,
                    "nothing, or both all and a part (expected: one of " + String.join(", ", SCOPES)
                            + ", or `all: true`)");
        }
        return scope;
    }

    private static JsonNode parsed(byte[] body) throws JsonRejectedException {
        try {
            JsonNode given = MAPPER.readTree(body);
            if (given != null && given.isObject()) {
                return given;
            }
        } catch (IOException malformed) {
            // Said below, as of any other body that is no object.
        }
        throw refused("body", "body: not a JSON object (expected: {\"tenant\": \"acme\"}, or such)");
    }

    private static JsonRejectedException refused(String parameter, String message) {
        return new JsonRejectedException(ApiError.invalid(parameter, message));
    }

    private static void refuse(HttpServerRequest request, Throwable failure) {
        switch (failure) {
            case JsonRejectedException refused -> AdminAnswer.send(request, refused.error());
            case RequestRejected refused ->
                AdminAnswer.send(request, ApiError.invalid(refused.status(), refused.getMessage()));
            default -> AdminAnswer.internal(request, failure);
        }
    }
}
