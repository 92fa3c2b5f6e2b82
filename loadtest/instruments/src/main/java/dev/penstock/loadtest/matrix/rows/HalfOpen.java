package dev.penstock.loadtest.matrix.rows;

import dev.penstock.loadtest.faults.Fault;
import dev.penstock.loadtest.faults.FaultProxy;
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
import dev.penstock.loadtest.matrix.Waiting;
import dev.penstock.loadtest.mock.MockSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** A worker is there, and nothing comes from it or goes to it any more. */
final class HalfOpen implements FaultRow {
    private static final int WORKERS = 3;
    private static final int TOKENS = 50;
    private static final Duration CLOCK = Duration.ofSeconds(2);
    /** Until a probe has found out (0.5 s and 0.7 s) requests still go there; and a busy machine. */
    private static final double LATE_MILLIS = 2200;
    /** It was ejected for 5 s or so; then a probe that is under way must end, and the next one succeed. */
    private static final double AGAIN_MILLIS = 10_000;

    @Override
    public String name() {
        return "half-open";
    }

    @Override
    public String fault() {
        return "half-open TCP: nothing passes to or from a worker, mid-stream";
    }

    @Override
    public String expected() {
        return "found within the inter-token clock (here 2 s): streams told, slots freed; requests without a token"
                + " whole; used again once it is there";
    }

    @Override
    public Measured run(FaultBench bench) throws IOException, InterruptedException {
        MockSettings pace = MockSettings.instant()
                .withKey(Loads.key(bench.seed()))
                .withPace(Duration.ofMillis(20), Duration.ofMillis(20));
        List<FaultProxy> lines = Workers.behindProxies(bench, WORKERS, pace);
        GatewayNode gateway = bench.gateway(
                GatewayFile.before(lines.stream().map(FaultProxy::port).toList())
                        .with("clocks", "{inter-token: 2s, first-token: 2s}"));
        double rate = bench.count(200, 60) / (TOKENS * 0.02);
        LoadPlan plan =
                Loads.plan(bench, gateway.api(), Mix.STREAM, rate, TOKENS, Duration.ofSeconds(bench.count(25, 18)));
        int[] running = new int[1];
        double[] millis = new double[2];
        LoadResult result = Loads.run(bench, plan, () -> {
            Thread.sleep(Duration.ofSeconds(3));
            running[0] = gateway.worker("w0").path("in_flight").asInt();
            lines.getFirst().set(new Fault.Blackhole());
            millis[0] = Waiting.millisUntil(
                    CLOCK.multipliedBy(5),
                    () -> gateway.worker("w0").path("in_flight").asInt(-1) == 0);
            lines.getFirst().clear();
            millis[1] = Waiting.millisUntil(Duration.ofSeconds(12), () -> gateway.routes("w0"));
        });
        long told = Loads.failed(result, Kind.STREAM, Failure.ERROR_EVENT);
        Measured.Figures figures = new Measured.Figures()
                .told("streams at the worker", running[0])
                .atLeast("explicit errors", told, 1)
                .atMost("of these beyond those streams", Math.max(0, told - running[0]), running[0] / 10 + 2);
        return Loads.noOther(figures, "failed otherwise", result, Failure.ERROR_EVENT)
                .atMost("slots free after", millis[0], "ms", CLOCK.toMillis() + LATE_MILLIS)
                .atMost("used again after", millis[1], "ms", AGAIN_MILLIS)
                .measured();
    }
}
