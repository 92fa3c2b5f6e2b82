package dev.penstock.loadtest.matrix.rows;

import com.fasterxml.jackson.databind.JsonNode;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Every worker fails now and then. */
final class SomeServerErrors implements FaultRow {
    private static final double SHARE = 0.05;
    private static final int WORKERS = 3;
    private static final Duration LOOK = Duration.ofMillis(200);
    private static final int TOKENS = 25;

    @Override
    public String name() {
        return "some-5xx";
    }

    @Override
    public String fault() {
        return "5 % of all workers' answers are 500";
    }

    @Override
    public String expected() {
        return "client errors <= 0.1 %; retries <= 10 %; no worker ejected";
    }

    @Override
    public Measured run(FaultBench bench) throws IOException, InterruptedException {
        List<MockEngine> workers = new ArrayList<>();
        for (int i = 0; i < WORKERS; i++) {
            workers.add(bench.mock(MockSettings.instant()
                    .withKey(Loads.key(bench.seed()))
                    .withPace(Duration.ofMillis(20), Duration.ofMillis(20))
                    .withFaults(new FaultMix(Map.of(Fault.INTERNAL_ERROR, SHARE), bench.seed() + i))));
        }
        GatewayNode gateway = bench.gateway(GatewayFile.before(Workers.ports(workers)));
        double rate = bench.count(200, 60) / (TOKENS * 0.02);
        LoadPlan plan = Loads.plan(
                bench, gateway.api(), new Mix(1, 1, 0), rate, TOKENS, Duration.ofSeconds(bench.count(30, 6)));
        int[] ejected = new int[1];
        LoadResult result = Loads.run(bench, plan, () -> {
            long until = System.nanoTime() + plan.length().toNanos();
            while (System.nanoTime() - until < 0) {
                ejected[0] = Math.max(ejected[0], ejected(gateway));
                Thread.sleep(LOOK);
            }
        });
        long sent = Loads.sent(result);
        long attempts = Workers.requests(workers);
        Measured.Figures figures = new Measured.Figures()
                .told("requests", sent)
                .atMost("client errors", 100.0 * result.failed() / sent, "%", 0.1)
                .atMost("retries", 100.0 * (attempts - sent) / sent, "%", 10)
                .exactly("most workers ejected at once", ejected[0], 0);
        return Loads.tell(figures, result).measured();
    }

    private static int ejected(GatewayNode gateway) throws IOException, InterruptedException {
        int count = 0;
        for (JsonNode worker : gateway.pool().path("workers")) {
            count += worker.path("state").asText().matches("ejected|trial") ? 1 : 0;
        }
        return count;
    }
}
