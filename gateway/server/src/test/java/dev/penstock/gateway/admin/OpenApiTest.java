package dev.penstock.gateway.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.gateway.accounts.AccountRoutes;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is described is what is routed, and all that is referred to is there. */
final class OpenApiTest {
    private static JsonNode document() throws Exception {
        return new ObjectMapper().readTree(OpenApi.document());
    }

    @Test
    void everyPathIsRoutedAndEveryRouteDescribed() throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            AdminHandler handler = new AdminHandler(
                    vertx,
                    () -> Readiness.READY,
                    () -> "",
                    () -> {
                        throw new IllegalStateException("not asked for");
                    },
                    (keyId, operation, body, headers) -> Future.failedFuture("not asked for"),
                    Optional.empty(),
                    Optional.empty(),
                    Stream.concat(
                                    new AccountRoutes(vertx, Optional.empty(), Optional.empty()).routes().stream(),
                                    CacheRoutes.of(vertx, Optional.empty(), request -> {}).stream())
                            .toList());
            TreeSet<String> routed = new TreeSet<>();
            handler.routes().forEach(route -> routed.add(route.method().name() + " " + route.path()));
            assertEquals(handler.routes().size(), routed.size(), "no route twice");
            TreeSet<String> described = new TreeSet<>();
            document().path("paths").properties().forEach(path -> path.getValue()
                    .properties()
                    .forEach(method -> described.add(method.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey())));
            assertEquals(described, routed);
        } finally {
            vertx.close().await();
        }
    }

    @Test
    void whatIsReferredToIsThereAndHasNoHash() throws Exception {
        JsonNode root = document();
        assertTrue(root.path("openapi").asText().startsWith("3.1."));
        for (JsonNode reference : root.findValues("$ref")) {
            String pointer = reference.asText().substring(1);
            assertFalse(root.at(pointer).isMissingNode(), reference.asText());
        }
        JsonNode key = root.at("/components/schemas/Key/properties");
        assertTrue(key.has("models") && key.has("networks"), key.toString());
        assertFalse(key.has("hash") || key.has("previous"), key.toString());
        TreeSet<String> ids = new TreeSet<>();
        for (JsonNode id : root.findValues("operationId")) {
            assertTrue(ids.add(id.asText()), "twice: " + id.asText());
        }
    }

    @Test
    void everyNameInAPathIsAParameter() throws Exception {
        for (var path : document().path("paths").properties()) {
            for (JsonNode operation : path.getValue()) {
                var inPath = new ArrayList<String>();
                for (JsonNode parameter : operation.path("parameters")) {
                    if (parameter.path("in").asText().equals("path")) {
                        inPath.add("{" + parameter.path("name").asText() + "}");
                    }
                }
                long named = path.getKey().chars().filter(c -> c == '{').count();
                assertEquals(named, inPath.size(), path.getKey());
                assertTrue(inPath.stream().allMatch(path.getKey()::contains), path.getKey());
            }
        }
    }
}
