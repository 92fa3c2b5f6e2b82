package dev.penstock.loadtest.bench;

import dev.penstock.loadtest.generator.Failure;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** A comparison whose figures are known. */
final class BenchSamples {
    static final String KEY = "sk-pen-bench-secret";

    private BenchSamples() {}

    /** Three rounds of direct at 1,000/s, nginx at 400/s and Penstock at 200/s, give or take a tenth. */
    static List<Measurement> measurements(String scenario) {
        List<Measurement> all = new ArrayList<>();
        for (int round = 0; round < 3; round++) {
            double noise = 0.9 + round * 0.1;
            all.add(measured(scenario, "direct", round, 1000 * noise, 100_000, 0));
            all.add(measured(scenario, "nginx", round, 400 * noise, 200_000, 0));
            all.add(measured(scenario, "penstock", round, 200 * noise, 500_000, round));
        }
        return all;
    }

    private static Measurement measured(
            String scenario, String target, int round, double perSecond, double p50, int failed) {
        boolean proxy = !target.equals("direct");
        return new Measurement(
                scenario,
                target,
                round,
                perSecond,
                OptionalDouble.of(p50),
                OptionalDouble.of(p50 * 10),
                OptionalDouble.of(p50 * 20),
                proxy ? OptionalDouble.of(1.5) : OptionalDouble.empty(),
                proxy ? OptionalDouble.of(64 << 20) : OptionalDouble.empty(),
                failed,
                failed == 2 ? Map.of(Failure.CUT, 2L) : Map.of());
    }

    static BenchResult result() {
        List<Scenario> scenarios =
                Scenarios.named(Scenarios.all(5000), List.of("json-1k:64", "json-1k:1", "rate-1000", "slow-streams"));
        List<Measurement> measurements = new ArrayList<>();
        scenarios.forEach(scenario -> measurements.addAll(measurements(scenario.id())));
        return new BenchResult(
                new BenchPlan(
                        scenarios,
                        List.of(new DirectTarget(), NginxTarget.find(""), gateway()),
                        3,
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(6),
                        Duration.ofSeconds(10),
                        1,
                        false),
                new Machine("A <fast> CPU & more", 2, 8L << 30, "Linux 6", "Temurin 25"),
                Instant.parse("2027-01-01T00:00:00Z"),
                Map.of("nginx", "1.22.1"),
                Map.of("litellm", "not \"installed\"\nand more"),
                measurements,
                Map.of("penstock", 20_480.0));
    }

    static GatewayTarget gateway() {
        return new GatewayTarget(Path.of("bin", "penstock"), "0.1.0", "bench", "sha256:" + "0".repeat(64), KEY);
    }
}
