package dev.penstock.loadtest.matrix.rows;

import dev.penstock.loadtest.generator.Failure;
import dev.penstock.loadtest.generator.LoadPlan;
import dev.penstock.loadtest.generator.LoadResult;
import dev.penstock.loadtest.generator.Mix;
import dev.penstock.loadtest.matrix.FaultBench;
import dev.penstock.loadtest.matrix.FaultRow;
import dev.penstock.loadtest.matrix.GatewayFile;
import dev.penstock.loadtest.matrix.GatewayNode;
import dev.penstock.loadtest.matrix.Loads;
import dev.penstock.loadtest.matrix.Measured;
import dev.penstock.loadtest.mock.Fault;
import dev.penstock.loadtest.mock.FaultMix;
import dev.penstock.loadtest.mock.MockEngine;
import dev.penstock.loadtest.mock.MockSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Workers that answer with something else than an answer. */
final class Garbage implements FaultRow {
    private static final int TOKENS = 20;

    @Override
    public String name() {
        return "garbage";
    }

    @Override
    public String fault() {
        return "garbage, truncated JSON, missing [DONE]";
    }

    @Override
    public String expected() {
        return "502 or an error frame (503 while no worker is left), or the whole answer; nothing broken is passed off as whole";
    }

    @Override
    public Measured run(FaultBench bench) throws IOException, InterruptedException {
        MockSettings good = MockSettings.instant()
                .withKey(Loads.key(bench.seed()))
                .withPace(Duration.ofMillis(5), Duration.ofMillis(1));
        List<MockEngine> workers = bench.mocks(2, good);
        GatewayNode gateway = bench.gateway(GatewayFile.before(Workers.ports(workers))
                .with("health", "{failures-in-row: 1000, min-success-rate: 0}"));
        LoadPlan plan =
                Loads.plan(bench, gateway.api(), new Mix(1, 1, 0), 100, TOKENS, Duration.ofSeconds(bench.count(5, 2)));
        Measured.Figures figures = new Measured.Figures();
        for (Fault fault : List.of(Fault.GARBAGE, Fault.TRUNCATED, Fault.MISSING_DONE)) {
            workers.forEach(worker -> worker.settings(good.withFaults(FaultMix.of(fault, 1))));
            LoadResult result = Loads.run(bench, plan);
            String what = fault.label() + ": ";
            figures.told(what + "an explicit failure", result.failed());
            Loads.noOther(
                    figures,
                    what + "failed otherwise",
                    result,
                    Failure.STATUS_5XX,
                    Failure.STATUS_503,
                    Failure.ERROR_EVENT);
            if (fault == Fault.MISSING_DONE) {
                figures.told(what + "whole", Loads.right(result));
            } else {
                figures.exactly(what + "passed off as whole", Loads.right(result), 0);
            }
        }
        workers.forEach(worker -> worker.settings(good));
        LoadResult after = Loads.run(bench, plan);
        return Loads.noOther(figures, "failed afterwards", after).measured();
    }
}
