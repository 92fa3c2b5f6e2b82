package dev.penstock.loadtest.matrix.rows;

import dev.penstock.loadtest.generator.LoadPlan;
import dev.penstock.loadtest.generator.LoadResult;
import dev.penstock.loadtest.generator.Mix;
import dev.penstock.loadtest.matrix.FaultBench;
import dev.penstock.loadtest.matrix.FaultRow;
import dev.penstock.loadtest.matrix.GatewayFile;
import dev.penstock.loadtest.matrix.GatewayNode;
import dev.penstock.loadtest.matrix.Loads;
import dev.penstock.loadtest.matrix.Measured;
import dev.penstock.loadtest.mock.MockEngine;
import dev.penstock.loadtest.mock.MockSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** One of several workers becomes ten times slower, and says nothing of it. */
final class SlowWorker implements FaultRow {
    private static final Duration FIRST_TOKEN = Duration.ofMillis(50);
    private static final Duration INTER_TOKEN = Duration.ofMillis(20);
    private static final int TOKENS = 20;
    private static final int FACTOR = 10;

    @Override
    public String name() {
        return "slow-worker";
    }

    @Override
    public String fault() {
        return "one of three workers becomes 10x slower";
    }

    @Override
    public String expected() {
        return "its share <= 15 % within 10 s; fleet p99 time to first token <= 1.5x";
    }

    @Override
    public Measured run(FaultBench bench) throws IOException, InterruptedException {
        MockSettings pace = MockSettings.instant()
                .withModels(List.of(FaultBench.MODEL))
                .withKey(Loads.key(bench.seed()))
                .withPace(FIRST_TOKEN, INTER_TOKEN);
        List<MockEngine> workers = bench.mocks(3, pace);
        GatewayNode gateway = bench.gateway(GatewayFile.before(Workers.ports(workers)));
        double seconds = (FIRST_TOKEN.toMillis() + TOKENS * INTER_TOKEN.toMillis()) / 1000.0;
        double rate = bench.count(200, 60) / seconds;
        LoadPlan plan =
                Loads.plan(bench, gateway.api(), Mix.STREAM, rate, TOKENS, Duration.ofSeconds(bench.count(10, 4)));
        Loads.run(bench, plan); // warms up
        LoadResult before = Loads.run(bench, plan);
        workers.getFirst().settings(pace.withPace(FIRST_TOKEN.multipliedBy(FACTOR), INTER_TOKEN.multipliedBy(FACTOR)));
        LoadResult adjusting = Loads.run(bench, plan);
        long slow = workers.getFirst().counters().requests();
        long all = Workers.requests(workers);
        LoadResult after = Loads.run(bench, plan);
        double share = 100.0 * (workers.getFirst().counters().requests() - slow) / (Workers.requests(workers) - all);
        double usual = Loads.firstTokenMillis(before, 99);
        Measured.Figures figures = new Measured.Figures()
                .atMost("its share after " + plan.length().toSeconds() + " s", share, "%", 15)
                .told("p99 time to first token before", usual, "ms")
                .atMost("and after", Loads.firstTokenMillis(after, 99), "ms", usual * 1.5)
                .told("p95 after", Loads.firstTokenMillis(after, 95), "ms");
        Loads.noOther(figures, "failed before", before);
        Loads.noOther(figures, "failed meanwhile", adjusting);
        return Loads.noOther(figures, "failed after", after).measured();
    }
}
