package dev.penstock.loadtest.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.penstock.loadtest.mock.MockEngine;
import dev.penstock.loadtest.mock.MockSettings;
import dev.penstock.loadtest.process.FreePorts;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BenchRunTest {
    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
    private final List<String> said = new ArrayList<>();

    @TempDir
    private Path directory = Path.of("");

    @AfterEach
    void close() {
        vertx.close().await();
    }

    @Test
    void eachTargetIsMeasuredInEachRoundInRotatedOrder() throws Exception {
        BenchResult result =
                run(2, List.of("json-1k:1", "stream-100:16"), List.of(new DirectTarget(), new Renamed("again", false)));
        assertEquals(
                List.of(
                        "json-1k:1 0 direct",
                        "json-1k:1 0 again",
                        "json-1k:1 1 again",
                        "json-1k:1 1 direct",
                        "stream-100:16 0 direct",
                        "stream-100:16 0 again",
                        "stream-100:16 1 again",
                        "stream-100:16 1 direct"),
                result.measurements().stream()
                        .map(measured -> measured.scenario() + " " + measured.round() + " " + measured.target())
                        .toList());
        assertEquals(0, result.failed(), said::toString);
        assertTrue(answered(result), said::toString);
    }

    @Test
    void aTargetThatDoesNotStartIsNamedAndTheOthersRun() throws Exception {
        BenchResult result = run(1, List.of("json-1k:1"), List.of(new Renamed("broken", true), new DirectTarget()));
        assertEquals(Map.of("broken", "does not start"), result.skipped());
        assertEquals(1, result.measurements().size());
        assertTrue(said.contains("broken is left out: does not start"), said::toString);
    }

    @Test
    void nginxPassesOnWhatTheMockSays() throws Exception {
        NginxTarget nginx =
                NginxTarget.find(Optional.ofNullable(System.getenv("PATH")).orElse(""));
        assumeTrue(nginx.missing().isEmpty(), nginx.missing()::toString);
        BenchResult result = run(1, List.of("json-16k:64", "stream-100:16"), List.of(nginx));
        assertEquals(Map.of(), result.skipped());
        assertEquals(0, result.failed(), said::toString);
        assertTrue(answered(result), said::toString);
        result.measurements().forEach(measured -> {
            assertTrue(measured.residentBytes().isPresent(), measured::toString);
        });
    }

    /** Whether any was: on a machine that is busy with other things one measurement may see no answer in its second. */
    private static boolean answered(BenchResult result) {
        return result.measurements().stream()
                .anyMatch(measured ->
                        measured.rightPerSecond() > 0 && measured.p50Nanos().orElse(0) > 0);
    }

    private BenchResult run(int rounds, List<String> scenarios, List<BenchTarget> targets) throws Exception {
        BenchPlan plan = new BenchPlan(
                Scenarios.named(Scenarios.all(100), scenarios),
                targets,
                rounds,
                Duration.ofMillis(100),
                Duration.ofMillis(900),
                Duration.ofMillis(100),
                1,
                false);
        return BenchRun.run(vertx, plan, this::mock, directory, new FreePorts(), said::add);
    }

    private MockStart.Mock mock(MockPace pace, Path log) {
        MockEngine engine = MockEngine.start(
                        vertx,
                        MockSettings.instant()
                                .withModels(List.of(MockPace.MODEL))
                                .withKey(pace.key())
                                .withPace(Duration.ZERO, pace.interToken()),
                        "127.0.0.1",
                        0,
                        1)
                .await();
        return new MockStart.Mock(engine.uri(), () -> engine.close().await());
    }

    /** The mock itself under another name, or nothing at all. */
    private record Renamed(String name, boolean broken) implements BenchTarget {
        @Override
        public Optional<String> missing() {
            return Optional.empty();
        }

        @Override
        public boolean warmsUp() {
            return false;
        }

        @Override
        public RunningTarget start(TargetSetup setup) throws IOException {
            if (broken) {
                throw new IOException("does not start");
            }
            return new RunningTarget(
                    name,
                    "1",
                    setup.upstream(),
                    setup.upstream(),
                    Optional.empty(),
                    Map.of(),
                    MockPace.MODEL,
                    Optional.empty(),
                    false,
                    List.of());
        }
    }
}
