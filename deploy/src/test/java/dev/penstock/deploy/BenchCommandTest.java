package dev.penstock.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.loadtest.bench.BenchPlan;
import dev.penstock.loadtest.bench.BenchTarget;
import dev.penstock.loadtest.bench.DirectTarget;
import dev.penstock.loadtest.bench.GatewayTarget;
import dev.penstock.loadtest.bench.Scenario;
import dev.penstock.loadtest.memory.MemoryPlan;
import dev.penstock.loadtest.memory.Subject;
import dev.penstock.runtime.config.Durations;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;

final class BenchCommandTest {
    private static final Path PENSTOCK = Path.of("bin", "penstock");

    @Test
    void whatNobodySaysIsTheWholeComparison() {
        BenchPlan plan = options().plan(targets().chosen(PENSTOCK, "0"));
        assertEquals(
                List.of("direct", "nginx", "penstock"),
                plan.targets().stream().map(BenchTarget::name).toList());
        assertEquals(10, plan.scenarios().size());
        assertEquals(3, plan.rounds());
        assertEquals(Duration.ofSeconds(6), plan.length());
    }

    @Test
    void quickIsOverriddenByWhatIsSaid() {
        BenchPlan plan = options(
                        "--quick", "--rounds", "5", "--duration", "500ms", "--scenario", "rate-1000,json-16k:1")
                .plan(List.of(new DirectTarget()));
        assertEquals(5, plan.rounds());
        assertEquals(Duration.ofMillis(500), plan.length());
        assertEquals(Duration.ofSeconds(1), plan.warmUp());
        assertEquals(
                List.of("json-16k:1", "rate-1000"),
                plan.scenarios().stream().map(Scenario::id).toList());
    }

    @Test
    void whatCannotBeIsNamed() {
        List<BenchTarget> direct = List.of(new DirectTarget());
        assertRefused("scenario: fast (expected: one of ", () -> options("--scenario", "fast")
                .plan(direct));
        assertRefused(
                "rounds: 0 (expected: 1 to 100)", () -> options("--rounds", "0").plan(direct));
        assertRefused("streams: 1 (expected: ", () -> options("--streams", "1").plan(direct));
        assertRefused("--loops, --mock-loops: 0, 1 (expected: ", () -> options("--loops", "0")
                .plan(direct));
        assertRefused("--target: litellm (expected: direct, nginx, penstock; ", () -> targets("--target", "litellm")
                .chosen(PENSTOCK, "0"));
        assertRefused("peer: squid (expected: one of ", () -> targets("--peer", "squid")
                .chosen(PENSTOCK, "0"));
    }

    @Test
    void onlyAnNginxThatNobodyAskedForMayBeMissing() {
        assertFalse(targets().missed(Set.of("nginx")));
        assertTrue(targets("--target", "nginx,direct").missed(Set.of("nginx")));
        assertTrue(targets("--peer", "litellm").missed(Set.of("litellm")));
        assertFalse(targets("--peer", "litellm").missed(Set.of()));
    }

    @Test
    void memoryIsMeasuredForAsLongAsIsSaid() {
        MemoryPlan plan = options("--quick", "--rounds", "2").memoryPlan();
        assertEquals(2, plan.rounds());
        assertEquals(Duration.ofSeconds(2), plan.length());
        assertEquals(500, options().memoryPlan().questions());
        assertRefused(
                "rounds: 0 (expected: 1 to 100)", () -> options("--rounds", "0").memoryPlan());
        assertRefused("--cache: with --scenario (expected: ", () -> options("--scenario", "json-1k")
                .memoryPlan());
    }

    @ParameterizedTest
    @EnumSource
    void theGatewayUnderTestHasAConfigurationThatIsValid(Subject subject, @TempDir Path directory) throws IOException {
        GatewayTarget target = BenchTargets.gateway(PENSTOCK, "0");
        Path file = Files.writeString(
                directory.resolve("gateway.yaml"),
                target.configuration(URI.create("http://127.0.0.1:9901"), 8080, 9090) + subject.section());
        StringWriter err = new StringWriter();
        assertEquals(
                0,
                PenstockCommand.execute(
                        new PrintWriter(new StringWriter()),
                        new PrintWriter(err, true),
                        "config",
                        "check",
                        "--of",
                        "gateway",
                        "-c",
                        file.toString()),
                err::toString);
    }

    private static void assertRefused(String beginning, Runnable run) {
        String said = String.valueOf(
                assertThrows(IllegalArgumentException.class, run::run).getMessage());
        assertTrue(said.startsWith(beginning), said);
    }

    private static BenchOptions options(String... arguments) {
        return parsed(new BenchOptions(), arguments);
    }

    private static BenchTargets targets(String... arguments) {
        return parsed(new BenchTargets(), arguments);
    }

    private static <T> T parsed(T options, String... arguments) {
        new CommandLine(options)
                .registerConverter(Duration.class, Durations::parse)
                .parseArgs(arguments);
        return options;
    }
}
