package dev.penstock.loadtest.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.penstock.loadtest.generator.Arrivals;
import dev.penstock.loadtest.generator.Failure;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** A comparison as JSON. Figures that are not known are absent. */
final class BenchJson {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final double NANOS_A_MILLI = 1e6;

    private BenchJson() {}

    static String of(BenchResult result) {
        ObjectNode root = JSON.objectNode()
                .put("format", "penstock-bench-1")
                .put("began", result.began().toString())
                .put("failed", result.failed());
        Machine machine = result.machine();
        root.putObject("machine")
                .put("cpu", machine.cpu())
                .put("cores", machine.cores())
                .put("memory_bytes", machine.memoryBytes())
                .put("kernel", machine.kernel())
                .put("java", machine.java());
        root.putObject("plan")
                .put("rounds", result.plan().rounds())
                .put("warm_up_seconds", result.plan().warmUp().toNanos() / 1e9)
                .put("length_seconds", result.plan().length().toNanos() / 1e9)
                .put("first_warm_up_seconds", result.plan().firstWarmUp().toNanos() / 1e9)
                .put("generator_event_loops", result.plan().loops());
        ObjectNode versions = root.putObject("versions");
        result.versions().forEach(versions::put);
        ObjectNode skipped = root.putObject("left_out");
        result.skipped().forEach(skipped::put);
        ObjectNode heap = root.putObject("heap_bytes_per_stream");
        result.heapBytesPerStream().forEach(heap::put);
        ArrayNode scenarios = root.putArray("scenarios");
        result.comparisons().forEach(comparison -> scenarios.add(scenario(comparison)));
        ArrayNode measurements = root.putArray("measurements");
        result.measurements().forEach(measured -> measurements.add(measurement(measured)));
        return root.toPrettyString() + "\n";
    }

    private static ObjectNode scenario(Comparison comparison) {
        Scenario scenario = comparison.scenario();
        ObjectNode node = JSON.objectNode()
                .put("scenario", scenario.id())
                .put("description", scenario.description())
                .put("latency", scenario.latency())
                .put("saturating", scenario.saturating())
                .put("connections", scenario.connections())
                .put("body_bytes", scenario.bodyBytes())
                .put("answer_tokens", scenario.tokens())
                .put("token_bytes", scenario.pace().tokenBytes())
                .put("inter_token_ms", scenario.pace().interToken().toMillis());
        switch (scenario.arrivals()) {
            case Arrivals.Poisson poisson -> node.put("requests_per_second", poisson.rate());
            case Arrivals.Constant constant -> node.put("requests_per_second", constant.rate());
            case Arrivals.Bursty _, Arrivals.Trace _, Arrivals.Saturating _ -> {}
        }
        ArrayNode targets = node.putArray("targets");
        comparison.targets().forEach(figures -> targets.add(target(figures)));
        return node;
    }

    private static ObjectNode target(Comparison.Figures figures) {
        ObjectNode node = JSON.objectNode().put("target", figures.target());
        put(node, "right_per_second", figures.rightPerSecond(), 1);
        put(node, "ratio_to_nginx", figures.ofNginx(), 1);
        put(node, "ratio_to_direct", figures.ofDirect(), 1);
        put(node, "p50_ms", figures.p50Nanos(), NANOS_A_MILLI);
        put(node, "p99_ms", figures.p99Nanos(), NANOS_A_MILLI);
        put(node, "p99_9_ms", figures.p999Nanos(), NANOS_A_MILLI);
        put(node, "added_p50_ms", figures.addedP50Nanos(), NANOS_A_MILLI);
        put(node, "added_p99_ms", figures.addedP99Nanos(), NANOS_A_MILLI);
        put(node, "cpu_seconds_per_10k", figures.cpuSecondsPer10k(), 1);
        put(node, "resident_bytes", figures.residentBytes(), 1);
        node.put("failed", figures.failed());
        node.set("failures", failures(figures.failures()));
        return node;
    }

    private static ObjectNode measurement(Measurement measured) {
        ObjectNode node = JSON.objectNode()
                .put("scenario", measured.scenario())
                .put("target", measured.target())
                .put("round", measured.round())
                .put("right_per_second", measured.rightPerSecond());
        put(node, "p50_ms", measured.p50Nanos(), NANOS_A_MILLI);
        put(node, "p99_ms", measured.p99Nanos(), NANOS_A_MILLI);
        put(node, "p99_9_ms", measured.p999Nanos(), NANOS_A_MILLI);
        put(node, "cpu_seconds_per_10k", measured.cpuSecondsPer10k(), 1);
        put(node, "resident_bytes", measured.residentBytes(), 1);
        node.put("failed", measured.failed());
        node.set("failures", failures(measured.failures()));
        return node;
    }

    private static void put(ObjectNode node, String name, Optional<Spread> spread, double divisor) {
        spread.ifPresent(figure -> node.putObject(name)
                .put("median", figure.median() / divisor)
                .put("min", figure.min() / divisor)
                .put("max", figure.max() / divisor));
    }

    private static void put(ObjectNode node, String name, OptionalDouble figure, double divisor) {
        if (figure.isPresent()) {
            node.put(name, figure.getAsDouble() / divisor);
        }
    }

    private static ObjectNode failures(Map<Failure, Long> failures) {
        ObjectNode node = JSON.objectNode();
        List.copyOf(failures.entrySet())
                .forEach(failure -> node.put(failure.getKey().label(), failure.getValue()));
        return node;
    }
}
