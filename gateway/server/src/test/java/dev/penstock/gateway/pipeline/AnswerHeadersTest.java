package dev.penstock.gateway.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.routing.Accelerator;
import dev.penstock.routing.Capability;
import dev.penstock.routing.Constraints;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Permit;
import dev.penstock.routing.RoutePlan;
import dev.penstock.routing.ServedModel;
import dev.penstock.routing.Site;
import dev.penstock.routing.Worker;
import dev.penstock.routing.WorkerId;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AnswerHeadersTest {
    private static Map<String, String> headers(String site, String reason, double dollars) {
        ServedModel model = new ServedModel(new ModelId("m"), "", 0, 0, "", Set.of(Capability.CHAT), Optional.empty());
        Worker worker = new Worker(
                new WorkerId("w0"),
                0,
                URI.create("http://127.0.0.1:1"),
                Accelerator.CPU,
                new Site(site, Site.Kind.EDGE, ""),
                1,
                List.of(model));
        RoutePlan.Attempt attempt = new RoutePlan.Attempt(
                worker,
                model,
                RoutePlan.Start.AFTER_FAILURE,
                RoutePlan.Transform.NONE,
                Permit.of(Constraints.NONE, worker).orElseThrow(),
                new RoutePlan.Estimate(dollars, 1, 1, 1));
        Map<String, String> headers = new LinkedHashMap<>();
        AnswerHeaders.route(headers, attempt, "balanced", reason);
        return headers;
    }

    @Test
    void theySayWhoAndWhyAndForHowMuch() {
        assertEquals(
                Map.of(
                        "x-penstock-worker", "w0",
                        "x-penstock-site", "plant-7",
                        "x-penstock-policy", "balanced",
                        "x-penstock-reason", "least cost",
                        "x-penstock-cost-usd", "0.00025"),
                headers("plant-7", "least cost", 0.00025));
    }

    @Test
    void anUnknownCostIsNotSaid() {
        assertEquals(false, headers("s", "r", Double.NaN).containsKey("x-penstock-cost-usd"));
    }

    @Test
    void whatNoHeaderMayHoldIsReplaced() {
        Map<String, String> headers = headers("werk \u00fc\r\nx: y", "", 0);
        assertEquals("werk ???x: y", headers.get("x-penstock-site"));
        assertEquals(false, headers.containsKey("x-penstock-reason"), "an empty one is none");
        assertEquals(
                256,
                String.valueOf(headers("s", "r".repeat(1000), 0).get("x-penstock-reason"))
                        .length());
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "0.1, 0.1", "1234567, 1234570", "0.0000000123456789, 0.0000000123457", "2, 2"})
    void dollarsHaveSixDigitsAndNoExponent(double dollars, String text) {
        assertEquals(text, AnswerHeaders.dollarsText(dollars));
    }
}
