package dev.penstock.loadtest.matrix.rows;

import dev.penstock.loadtest.generator.Kind;
import dev.penstock.loadtest.generator.LoadPlan;
import dev.penstock.loadtest.generator.LoadResult;
import dev.penstock.loadtest.generator.Mix;
import dev.penstock.loadtest.matrix.FaultBench;
import dev.penstock.loadtest.matrix.FaultRow;
import dev.penstock.loadtest.matrix.GatewayFile;
import dev.penstock.loadtest.matrix.GatewayNode;
import dev.penstock.loadtest.matrix.Loads;
import dev.penstock.loadtest.matrix.Measured;
import dev.penstock.loadtest.process.ChildProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A worker is killed while it has requests of which nobody has seen a token. */
final class KilledBeforeFirstToken implements FaultRow {
    private static final Duration THINKING = Duration.ofMillis(400);
    private static final int WORKERS = 3;

    @Override
    public String name() {
        return "killed-before-token";
    }

    @Override
    public String fault() {
        return "kill -9 of a worker before the first token";
    }

    @Override
    public String expected() {
        return "0 client errors; added p99 <= 1 s";
    }

    @Override
    public Measured run(FaultBench bench) throws IOException, InterruptedException {
        List<Integer> ports = new ArrayList<>();
        List<ChildProcess> workers = new ArrayList<>();
        for (int i = 0; i < WORKERS; i++) {
            ports.add(bench.ports().next());
            workers.add(bench.mockProcess("worker-" + i, ports.getLast(), THINKING, Duration.ZERO));
        }
        GatewayNode gateway = bench.gateway(GatewayFile.before(ports));
        int concurrent = bench.count(200, 60);
        double rate = concurrent / (THINKING.toMillis() / 1000.0);
        LoadPlan plan =
                Loads.plan(bench, gateway.api(), new Mix(1, 1, 0), rate, 1, Duration.ofSeconds(bench.count(15, 4)));
        Loads.run(bench, plan); // warms up
        LoadResult without = Loads.run(bench, plan);
        int[] running = new int[1];
        LoadResult with = Loads.run(bench, plan, () -> {
            Thread.sleep(plan.length().dividedBy(3));
            running[0] = gateway.worker("w0").path("in_flight").asInt();
            workers.getFirst().kill();
        });
        double added = Math.max(added(without, with, Kind.CHAT), added(without, with, Kind.STREAM));
        Measured.Figures figures = new Measured.Figures().told("requests at the worker when it died", running[0]);
        Loads.noOther(figures, "failed", with);
        return Loads.noOther(figures, "failed before", without)
                .atMost("added p99", added, "ms", 1000)
                .measured();
    }

    private static double added(LoadResult without, LoadResult with, Kind kind) {
        return Loads.endToEndMillis(with, kind, 99) - Loads.endToEndMillis(without, kind, 99);
    }
}
