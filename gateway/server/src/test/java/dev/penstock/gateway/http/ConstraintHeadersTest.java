package dev.penstock.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.protocol.ApiError;
import dev.penstock.protocol.JsonRejectedException;
import dev.penstock.routing.Constraints;
import dev.penstock.routing.DataClass;
import dev.penstock.routing.Placement;
import io.vertx.core.MultiMap;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConstraintHeadersTest {
    private static Constraints read(String... namesAndValues) throws JsonRejectedException {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return ConstraintHeaders.read(headers);
    }

    private static ApiError refused(String... namesAndValues) {
        return assertThrows(JsonRejectedException.class, () -> read(namesAndValues))
                .error();
    }

    @Test
    void noneOfThemIsNoConstraint() throws Exception {
        assertEquals(Constraints.NONE, read());
        assertEquals(Constraints.NONE, read("authorization", "Bearer x", "x-request-id", "1", "x-penstoc", "1"));
    }

    @Test
    void eachIsRead() throws Exception {
        assertEquals(
                new Constraints(
                        DataClass.INTERNAL,
                        Placement.EDGE_FIRST,
                        Optional.of(Set.of("eu-west-1", "eu-central-1")),
                        Optional.of(Set.of("plant-7")),
                        OptionalDouble.of(0.05),
                        Optional.of(Duration.ofMillis(1500)),
                        OptionalDouble.of(0.6)),
                read(
                        "X-Penstock-Data-Class",
                        "internal",
                        "x-penstock-placement",
                        "edge-first",
                        "x-penstock-region",
                        "eu-west-1, eu-central-1",
                        "x-penstock-site",
                        "plant-7",
                        "x-penstock-max-cost-usd",
                        "0.05",
                        "x-penstock-deadline-ms",
                        "1500",
                        "x-penstock-min-quality",
                        "0.6"));
        assertEquals(OptionalDouble.of(0), read("x-penstock-max-cost-usd", "0").maxCostUsd());
        assertEquals(OptionalDouble.of(1), read("x-penstock-min-quality", "1.0").minQuality());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "x-penstock-data-class | Private",
                "x-penstock-data-class | secret",
                "x-penstock-data-class | private,public",
                "x-penstock-data-class | ''",
                "x-penstock-placement | edge",
                "x-penstock-placement | EDGE-ONLY",
                "x-penstock-placement | edge_only",
                "x-penstock-region | ''",
                "x-penstock-region | eu,",
                "x-penstock-region | eu,,us",
                "x-penstock-region | eu,eu",
                "x-penstock-region | eu west",
                "x-penstock-site | ''",
                "x-penstock-site | plant,plant",
                "x-penstock-max-cost-usd | -1",
                "x-penstock-max-cost-usd | 1e3",
                "x-penstock-max-cost-usd | NaN",
                "x-penstock-max-cost-usd | Infinity",
                "x-penstock-max-cost-usd | 1000000.01",
                "x-penstock-max-cost-usd | 0x1p3",
                "x-penstock-max-cost-usd | $1",
                "x-penstock-deadline-ms | 0",
                "x-penstock-deadline-ms | 1.5",
                "x-penstock-deadline-ms | 86400001",
                "x-penstock-deadline-ms | 99999999999999999999",
                "x-penstock-deadline-ms | 5s",
                "x-penstock-min-quality | 1.01",
                "x-penstock-min-quality | -0",
                "x-penstock-min-quality | .5",
            })
    void whatIsNotKnownIsRefusedByName(String header, String value) {
        ApiError error = refused(header, value);
        assertEquals(400, error.status());
        assertEquals(Optional.of(header), error.param());
        assertTrue(error.message().startsWith(header + ": " + (value.isEmpty() ? "empty" : "\"" + value + "\"")));
        assertTrue(error.message().contains("(expected: "), error.message());
    }

    @Test
    void aHeaderThatIsGivenTwiceIsRefusedWhateverItSays() {
        ApiError error = refused("x-penstock-data-class", "private", "X-Penstock-Data-Class", "private");
        assertEquals("x-penstock-data-class: given twice (expected: once)", error.message());
    }

    @Test
    void aHeaderThatThereIsNotIsRefusedSinceItMeantSomething() {
        ApiError error = refused("x-penstock-dataclass", "private");
        assertEquals(Optional.of("x-penstock-dataclass"), error.param());
        assertTrue(error.message().contains("x-penstock-data-class"), error.message());
    }

    @Test
    void whatIsRepeatedInAnErrorIsShortAndPrintable() {
        assertTrue(refused("x-penstock-region", "x".repeat(5000)).message().length() < 300);
        assertTrue(refused("x-penstock-" + "y".repeat(5000), "1").message().length() < 400);
        assertTrue(refused("x-penstock-data-class", "a\u0001é").message().contains("\"a??\""));
    }
}
