package dev.penstock.gateway.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.gateway.pipeline.InferenceRequest;
import dev.penstock.protocol.JsonDocument;
import dev.penstock.protocol.JsonLimits;
import dev.penstock.routing.Capability;
import dev.penstock.routing.Constraints;
import dev.penstock.routing.DataClass;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Operation;
import dev.penstock.routing.Placement;
import io.vertx.core.MultiMap;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What another Penstock is told of a request. */
final class PeerHeadersTest {
    private static final long RECEIVED = 1_000_000_000L;

    private static Map<String, String> told(Constraints constraints, Duration later) throws Exception {
        InferenceRequest request = new InferenceRequest(
                        "r",
                        "",
                        Operation.CHAT,
                        new ModelId("m"),
                        JsonDocument.parse("{}".getBytes(StandardCharsets.UTF_8), JsonLimits.DEFAULT),
                        false,
                        false,
                        1,
                        OptionalLong.empty(),
                        Set.of(Capability.CHAT),
                        RECEIVED)
                .within(constraints);
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        PeerHeaders.put(headers, request, RECEIVED + later.toNanos());
        Map<String, String> told = new TreeMap<>();
        headers.forEach(told::put);
        return told;
    }

    private static Constraints constraints(
            DataClass dataClass, Placement placement, Set<String> regions, Duration deadline) {
        return new Constraints(
                dataClass,
                placement,
                Optional.of(regions),
                Optional.of(Set.of("plant-7", "aws-eu")),
                OptionalDouble.of(0.5),
                Optional.of(deadline),
                OptionalDouble.of(0.5));
    }

    @Test
    void whereNothingHoldsItsClassIsToldAllTheSame() throws Exception {
        assertEquals(Map.of("x-penstock-data-class", "public"), told(Constraints.NONE, Duration.ZERO));
    }

    @Test
    void whatHoldsIsToldAndWhatIsLeftOfTheDeadline() throws Exception {
        Constraints all =
                constraints(DataClass.INTERNAL, Placement.EDGE_ONLY, Set.of("us", "eu"), Duration.ofSeconds(3));
        assertEquals(
                Map.of(
                        "x-penstock-site",
                        "aws-eu,plant-7",
                        "x-penstock-data-class",
                        "internal",
                        "x-penstock-placement",
                        "edge-only",
                        "x-penstock-region",
                        "eu,us",
                        "x-penstock-deadline-ms",
                        "1750"),
                told(all, Duration.ofMillis(1_250)));
        assertEquals(
                "1",
                told(all, Duration.ofSeconds(9)).get("x-penstock-deadline-ms"),
                "none left is not a zero, which is a 400");
    }

    @ParameterizedTest
    @EnumSource(names = {"AUTO", "EDGE_FIRST", "CLOUD_FIRST"})
    void aPreferenceWasActedOnHere(Placement placement) throws Exception {
        Constraints held = constraints(DataClass.PUBLIC, placement, Set.of("eu"), Duration.ofSeconds(3));
        assertEquals(
                Set.of("x-penstock-data-class", "x-penstock-region", "x-penstock-site", "x-penstock-deadline-ms"),
                told(held, Duration.ZERO).keySet());
    }
}
