package dev.penstock.gateway.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.gateway.pipeline.Principal;
import dev.penstock.gateway.pipeline.RequestRecord;
import dev.penstock.routing.Accelerator;
import dev.penstock.routing.Capability;
import dev.penstock.routing.Directory;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Operation;
import dev.penstock.routing.ServedModel;
import dev.penstock.routing.Site;
import dev.penstock.routing.TokenUsage;
import dev.penstock.routing.Worker;
import dev.penstock.routing.WorkerId;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class RequestMetersTest {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private Directory directory = serving("m");
    private final RequestMeters meters = new RequestMeters(registry, () -> directory);

    private static Directory serving(String... models) {
        List<ServedModel> served = java.util.Arrays.stream(models)
                .map(name ->
                        new ServedModel(new ModelId(name), "", 0, 0, "", Set.of(Capability.CHAT), Optional.empty()))
                .toList();
        return Directory.of(List.of(new Worker(
                new WorkerId("w"), 0, URI.create("http://127.0.0.1:1"), Accelerator.CPU, Site.LOCAL, 1, served)));
    }

    private static RequestRecord request(String model, String result, int status) {
        return new RequestRecord(
                "r",
                Optional.of(new Principal("team-a")),
                Operation.CHAT,
                Optional.of(new ModelId(model)),
                Optional.of(new WorkerId("w")),
                true,
                status,
                result,
                2,
                new TokenUsage(30, 11, 0, false),
                Duration.ofMillis(3),
                Optional.of(Duration.ofMillis(200)),
                Duration.ofMillis(1200));
    }

    private void assertLine(String line) {
        String scrape = registry.scrape();
        assertTrue(scrape.lines().anyMatch(line::equals), () -> "no line " + line + " in\n" + scrape);
    }

    @Test
    void aRequestIsToldByTheNamesOfTheConventions() {
        meters.settle(request("m", "ok", 200));
        String labels = "gen_ai_operation_name=\"chat\",gen_ai_provider_name=\"penstock\",gen_ai_request_model=\"m\"";
        assertLine("gen_ai_server_request_duration_seconds_sum{error_type=\"\"," + labels + "} 1.2");
        assertLine("gen_ai_server_request_duration_seconds_bucket{error_type=\"\"," + labels + ",le=\"1.28\"} 1");
        assertLine("gen_ai_server_request_duration_seconds_bucket{error_type=\"\"," + labels + ",le=\"0.64\"} 0");
        assertLine("gen_ai_server_time_to_first_token_seconds_sum{" + labels + "} 0.2");
        assertLine("gen_ai_server_time_per_output_token_seconds_sum{" + labels + "} 0.1");
        assertLine("gen_ai_client_token_usage_sum{" + labels + ",gen_ai_token_type=\"input\"} 30.0");
        assertLine("gen_ai_client_token_usage_sum{" + labels + ",gen_ai_token_type=\"output\"} 11.0");
        assertLine("penstock_attempts_total 2.0");
        assertLine("penstock_requests_total{result=\"ok\",status=\"200\"} 1.0");
        assertLine("penstock_queue_wait_seconds_sum 0.003");
    }

    @Test
    void anErrorIsALabelOfItsOwn() {
        meters.settle(request("m", "rate_limited", 429));
        assertLine("penstock_requests_total{result=\"rate_limited\",status=\"429\"} 1.0");
        assertLine(
                "gen_ai_server_request_duration_seconds_count{error_type=\"rate_limited\",gen_ai_operation_name=\"chat\","
                        + "gen_ai_provider_name=\"penstock\",gen_ai_request_model=\"m\"} 1");
    }

    @Test
    void whatClientsMakeUpIsNoLabel() {
        for (int i = 0; i < 100_000; i++) {
            meters.settle(request("made-up-" + i, "unknown_model", 404));
        }
        String scrape = registry.scrape();
        assertFalse(scrape.contains("made-up"));
        assertTrue(scrape.contains("gen_ai_request_model=\"other\""));
        long series = scrape.lines().filter(line -> !line.startsWith("#")).count();
        assertTrue(series <= 1000, series + " series (expected: <= 1000)");
    }

    @Test
    void modelsThatComeAndGoAreBounded() {
        directory = serving(IntStream.range(0, 10 * ModelLabels.MAX_NAMES)
                .mapToObj(i -> "real-" + i)
                .toArray(String[]::new));
        ModelLabels labels = new ModelLabels(() -> directory);
        long distinct = IntStream.range(0, 10 * ModelLabels.MAX_NAMES)
                .mapToObj(i -> labels.of(Optional.of(new ModelId("real-" + i))))
                .distinct()
                .count();
        assertEquals(ModelLabels.MAX_NAMES + 1, distinct);
        assertEquals("real-0", labels.of(Optional.of(new ModelId("real-0"))));
        assertEquals("other", labels.of(Optional.empty()));
    }
}
