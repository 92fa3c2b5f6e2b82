package dev.penstock.jmh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.gateway.http.RequestDecoderBenchmark;
import dev.penstock.gateway.upstream.StreamRelayBenchmark;
import dev.penstock.protocol.JsonDocument;
import dev.penstock.routing.NoCandidate;
import dev.penstock.routing.RoutePlan;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Every benchmark still runs, and does what it is said to do. */
final class BenchmarksTest {
    @Test
    void eachRunsOnce() throws Exception {
        Options once = new OptionsBuilder()
                .forks(0)
                .param("entries", "1000")
                .warmupIterations(0)
                .measurementIterations(1)
                .mode(Mode.SingleShotTime)
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT)
                .build();
        Collection<RunResult> results = new Runner(once).run();
        Set<String> ran = new TreeSet<>();
        results.forEach(result -> ran.add(shortName(result)));
        assertEquals(
                Set.of(
                        "AdmissionBenchmark.exact",
                        "AdmissionBenchmark.leased",
                        "AnswerBenchmark.answer",
                        "AnswerBenchmark.chunk",
                        "AnswerCacheBenchmark.exact",
                        "AnswerCacheBenchmark.streamed",
                        "AnswerStoreBenchmark.get",
                        "AnswerStoreBenchmark.nearest",
                        "AnswerStoreBenchmark.put",
                        "AuthenticationBenchmark.admitted",
                        "AuthenticationBenchmark.known",
                        "AuthenticationBenchmark.unknown",
                        "DocumentBenchmark.parse",
                        "DocumentBenchmark.rewrite",
                        "FairQueueBenchmark.turn",
                        "LearningBenchmark.cachedBlocks",
                        "LearningBenchmark.demand",
                        "LearningBenchmark.forecast",
                        "LearningBenchmark.hash",
                        "LearningBenchmark.observe",
                        "LearningBenchmark.sent",
                        "PartitionBenchmark.nearest",
                        "PartitionBenchmark.putAndRemove",
                        "PlanBenchmark.select",
                        "PlanBenchmark.selectAmongFull",
                        "PolicyBenchmark.plan",
                        "RequestDecoderBenchmark.decode",
                        "SettleBenchmark.lease",
                        "SettleBenchmark.log",
                        "SettleBenchmark.meters",
                        "StreamBenchmark.frames",
                        "StreamBenchmark.inspectedFrames",
                        "StreamRelayBenchmark.relay",
                        "WordingBenchmark.judge",
                        "WordingBenchmark.read"),
                ran);
        String table = FigureTable.of(results);
        assertTrue(table.contains("\n| PlanBenchmark.select | 512 | "), table);
        assertEquals(results.size() + 2, table.lines().count());
    }

    private static String shortName(RunResult result) {
        String name = result.getParams().getBenchmark();
        int method = name.lastIndexOf('.');
        return name.substring(name.lastIndexOf('.', method - 1) + 1);
    }

    @ParameterizedTest
    @EnumSource
    void theStreamIsWholeHoweverItIsCut(Samples.Cut cut) throws Exception {
        StreamBenchmark benchmark = new StreamBenchmark();
        benchmark.cut = cut;
        benchmark.prepare();
        assertEquals(Samples.stream(Samples.Cut.WHOLE).getFirst().length, benchmark.frames());
        assertEquals(Samples.CHUNKS - 3, benchmark.inspectedFrames());
    }

    @ParameterizedTest
    @EnumSource
    void theClientIsSentAllButTheUsageNobodyAskedFor(Samples.Cut cut) throws Exception {
        StreamRelayBenchmark benchmark = new StreamRelayBenchmark();
        benchmark.cut = cut;
        benchmark.prepare();
        int usageBytes = Samples.stream(Samples.Cut.CHUNKS).get(Samples.CHUNKS - 1).length;
        assertEquals(Samples.stream(Samples.Cut.WHOLE).getFirst().length - usageBytes, benchmark.relay());
    }

    @Test
    void theRequestIsDecoded() throws Exception {
        RequestDecoderBenchmark benchmark = new RequestDecoderBenchmark();
        benchmark.prepare();
        assertTrue(benchmark.decode().stream());
        assertEquals(Samples.MODEL, benchmark.decode().model().value());
    }

    @Test
    void theAnswerIsWhole() {
        AnswerBenchmark benchmark = new AnswerBenchmark();
        assertTrue(benchmark.answer());
        assertTrue(benchmark.chunk().orElseThrow().content());
    }

    @ParameterizedTest
    @EnumSource
    void aBodyIsAboutAsLongAsIsSaid(Samples.Text text) throws Exception {
        DocumentBenchmark benchmark = new DocumentBenchmark();
        for (int bytes : new int[] {1024, 16_384}) {
            benchmark.bytes = bytes;
            benchmark.text = text;
            benchmark.prepare();
            JsonDocument document = benchmark.parse();
            assertEquals(bytes, document.bytes().length, bytes * 0.1);
            assertTrue(benchmark.rewrite().has("stream_options"));
        }
    }

    @Test
    void whatIsAskedIsNearOneOrNone() {
        PartitionBenchmark benchmark = new PartitionBenchmark();
        benchmark.fill();
        for (int i = 0; i < 32; i++) {
            double one = benchmark.nearest().getFirst().cosine();
            double other = benchmark.nearest().getFirst().cosine();
            assertTrue(Math.min(one, other) < 0.4 && Math.max(one, other) > 0.8, one + " and " + other);
            assertTrue(benchmark.putAndRemove());
        }
    }

    @Test
    void aPoolHasRoomOrNot() {
        PlanBenchmark benchmark = new PlanBenchmark();
        benchmark.workers = 8;
        benchmark.prepare();
        assertEquals(
                3,
                assertInstanceOf(RoutePlan.class, benchmark.select()).attempts().size());
        assertInstanceOf(NoCandidate.AllBusy.class, benchmark.selectAmongFull());
    }

    @Test
    void aPolicyPlansOverWhatIsLearned() {
        PolicyBenchmark benchmark = new PolicyBenchmark();
        benchmark.workers = 32;
        benchmark.prepare();
        RoutePlan plan = assertInstanceOf(RoutePlan.class, benchmark.plan());
        assertEquals(3, plan.attempts().size());
        assertTrue(plan.attempts().getFirst().estimate().dollars() > 0, plan.toString());
    }

    @Test
    void whatIsGivenWins() throws Exception {
        Options options = Benchmarks.withDefaults(new CommandLineOptions("-f", "3", "-w", "20ms", "-bm", "ss"));
        assertEquals(3, options.getForkCount().get());
        assertEquals(TimeValue.milliseconds(20), options.getWarmupTime().get());
        assertEquals(Set.of(Mode.SingleShotTime), Set.copyOf(options.getBenchModes()));
        assertEquals(5, options.getMeasurementIterations().get());
        assertEquals(TimeValue.seconds(1), options.getMeasurementTime().get());
    }
}
