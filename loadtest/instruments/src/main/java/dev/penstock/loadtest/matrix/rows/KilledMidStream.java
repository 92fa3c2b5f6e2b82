package dev.penstock.loadtest.matrix.rows;

import dev.penstock.loadtest.generator.Failure;
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

/** A worker is killed in the middle of its streams, which nobody else can go on with. */
final class KilledMidStream implements FaultRow {
    private static final Duration INTER_TOKEN = Duration.ofMillis(20);
    private static final int TOKENS = 50;
    private static final int WORKERS = 3;

    @Override
    public String name() {
        return "killed-mid-stream";
    }

    @Override
    public String fault() {
        return "kill -9 of a worker mid-stream";
    }

    @Override
    public String expected() {
        return "its streams: 100 % an explicit error, 0 false [DONE], no token lost or doubled up to it; others whole";
    }

    @Override
    public Measured run(FaultBench bench) throws IOException, InterruptedException {
        List<Integer> ports = new ArrayList<>();
        List<ChildProcess> workers = new ArrayList<>();
        for (int i = 0; i < WORKERS; i++) {
            ports.add(bench.ports().next());
            workers.add(bench.mockProcess("worker-" + i, ports.getLast(), INTER_TOKEN, INTER_TOKEN));
        }
        GatewayNode gateway = bench.gateway(GatewayFile.before(ports));
        int concurrent = bench.count(200, 60);
        double rate = concurrent / (TOKENS * INTER_TOKEN.toMillis() / 1000.0);
        LoadPlan plan =
                Loads.plan(bench, gateway.api(), Mix.STREAM, rate, TOKENS, Duration.ofSeconds(bench.count(15, 5)));
        int[] running = new int[1];
        LoadResult result = Loads.run(bench, plan, () -> {
            Thread.sleep(plan.length().dividedBy(2));
            running[0] = gateway.worker("w0").path("in_flight").asInt();
            workers.getFirst().kill();
        });
        long told = Loads.failed(result, Kind.STREAM, Failure.ERROR_EVENT);
        Measured.Figures figures = new Measured.Figures()
                .told("streams at the worker when it died", running[0])
                .atLeast("explicit errors", told, 1)
                // Between the look and the kill some end and some begin.
                .atMost("of these beyond those streams", Math.max(0, told - running[0]), running[0] / 10 + 2);
        return Loads.noOther(figures, "failed otherwise", result, Failure.ERROR_EVENT)
                .atLeast("whole streams", Loads.right(result), Loads.sent(result) - told)
                .measured();
    }
}
