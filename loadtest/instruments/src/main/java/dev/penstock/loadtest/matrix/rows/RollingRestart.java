package dev.penstock.loadtest.matrix.rows;

import dev.penstock.loadtest.faults.FaultProxy;
import dev.penstock.loadtest.generator.LoadPlan;
import dev.penstock.loadtest.generator.LoadResult;
import dev.penstock.loadtest.generator.Mix;
import dev.penstock.loadtest.matrix.FaultBench;
import dev.penstock.loadtest.matrix.FaultRow;
import dev.penstock.loadtest.matrix.Loads;
import dev.penstock.loadtest.matrix.Measured;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Every process of a pool is restarted, one after the other, under load. */
final class RollingRestart implements FaultRow {
    private static final int TOKENS = 20;

    @Override
    public String name() {
        return "rolling-restart";
    }

    @Override
    public String fault() {
        return "rolling restart of 2 gateways and 3 workers, under load through a load balancer";
    }

    @Override
    public String expected() {
        return "0 of 20,000 requests failed (quick: one round)";
    }

    @Override
    public Measured run(FaultBench bench) throws IOException, InterruptedException {
        try (RestartedPool pool = new RestartedPool(bench)) {
            FaultProxy balancer = pool.balancer();
            URI target = URI.create("http://127.0.0.1:" + balancer.port());
            LoadPlan plan =
                    Loads.plan(bench, target, new Mix(1, 2, 0), bench.count(150, 60), TOKENS, Duration.ofSeconds(10));
            Loads.run(bench, plan); // warms up
            long wanted = bench.count(20_000, 1);
            double perSecond = bench.count(150, 60);
            AtomicLong rounds = new AtomicLong();
            long began = System.nanoTime();
            List<LoadResult> results = Loads.runUntil(bench, plan, () -> {
                do {
                    pool.restartAll();
                    rounds.incrementAndGet();
                } while ((System.nanoTime() - began) / 1e9 * perSecond < wanted);
            });
            Measured.Figures figures = new Measured.Figures()
                    .atLeast("restarts", pool.restarts(), 5 * rounds.get())
                    .exactly("that did not end in order", pool.disorderly(), 0)
                    .atLeast("requests", results.stream().mapToLong(Loads::sent).sum(), wanted);
            return Loads.noOther(figures, "failed", results)
                    .told("slowest process to end", pool.slowestEndMillis(), "ms")
                    .measured();
        }
    }
}
