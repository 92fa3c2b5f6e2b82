package dev.penstock.loadtest.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.loadtest.bench.Machine;
import dev.penstock.loadtest.generator.Remembered;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

final class MemoryReportTest {
    private static final MemoryPlan PLAN =
            new MemoryPlan(2, Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ZERO, 100, false);

    private static Measured measured(Group group, String id, int round, double perSecond, double millis, long wrong) {
        return new Measured(
                group,
                id,
                round,
                perSecond,
                OptionalDouble.of(millis * 1e6),
                OptionalDouble.of(2 * millis * 1e6),
                OptionalDouble.of(0.5),
                100,
                Map.of(Remembered.EXACT, 25L, Remembered.MISS, 75L),
                OptionalDouble.empty(),
                wrong,
                wrong);
    }

    private static MemoryResult result(long wrong) {
        return new MemoryResult(
                PLAN,
                Machine.here(),
                Instant.EPOCH,
                List.of(
                        measured(Group.EXACT_64, Steps.HIT, 0, 800, 2, wrong),
                        measured(Group.EXACT_64, Steps.TRIVIAL, 0, 1000, 1, 0),
                        measured(Group.EXACT_64, Steps.TRIVIAL, 1, 1000, 1, 0),
                        measured(Group.EXACT_64, Steps.HIT, 1, 700, 2, 0),
                        measured(Group.MISS, "plain", 0, 20, 5, 0),
                        measured(Group.MISS, "semantic", 0, 20, 8, 0)));
    }

    private static JsonNode step(MemoryResult result, String group, int at) throws IOException {
        for (JsonNode each :
                new ObjectMapper().readTree(MemoryReport.json(result)).path("groups")) {
            if (each.path("group").asText().equals(group)) {
                return each.path("steps").path(at);
            }
        }
        throw new IOException("no group " + group);
    }

    @Test
    void aHitIsComparedWithTheTrivialEndpointOfItsRound() throws IOException {
        JsonNode hit = step(result(0), "exact:64", 0);
        assertEquals("hit", hit.path("step").asText());
        assertEquals("trivial", hit.path("compared_to").asText());
        assertEquals(0.75, hit.path("ratio").path("median").asDouble(), 1e-9);
        assertEquals(0.7, hit.path("ratio").path("min").asDouble(), 1e-9);
        assertEquals(0.25, hit.path("remembered_share").path("exact").asDouble(), 1e-9);
        assertTrue(step(result(0), "exact:64", 1).path("ratio").isMissingNode(), "what is compared with");
    }

    @Test
    void aMissIsComparedWithTheGatewayThatHasNoMemory() throws IOException {
        JsonNode miss = step(result(0), "miss", 1);
        assertEquals("plain", miss.path("compared_to").asText());
        assertEquals(3, miss.path("added_p50_ms").path("median").asDouble(), 1e-9);
        assertEquals(6, miss.path("added_p99_ms").path("median").asDouble(), 1e-9);
    }

    @Test
    void whatWasWrongIsToldAndIsAFailure() throws IOException {
        assertEquals(0, result(0).failed());
        assertEquals(3, result(3).failed());
        assertEquals(3, step(result(3), "exact:64", 0).path("wrong").asLong());
        String text = MemoryReport.text(result(3));
        assertTrue(text.lines().anyMatch(line -> line.startsWith("hit ") && line.endsWith(" 3      3")), text);
    }
}
