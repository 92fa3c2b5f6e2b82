package dev.penstock.loadtest.matrix.rows;

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
import dev.penstock.loadtest.mock.MockSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** All connections to one worker are reset, then all to the next, and so on. */
final class ConnectionsReset implements FaultRow {
    private static final int WORKERS = 3;
    private static final int TOKENS = 25;
    private static final Duration BETWEEN = Duration.ofMillis(1500);

    @Override
    public String name() {
        return "connections-reset";
    }

    @Override
    public String fault() {
        return "all connections to a worker are reset, each 1.5 s those of the next";
    }

    @Override
    public String expected() {
        return "requests without a token: 0 errors; streams: an explicit error or whole, nothing else";
    }

    @Override
    public Measured run(FaultBench bench) throws IOException, InterruptedException {
        List<FaultProxy> lines = Workers.behindProxies(bench, WORKERS, pace(bench));
        GatewayNode gateway = bench.gateway(
                GatewayFile.before(lines.stream().map(FaultProxy::port).toList()));
        double rate = bench.count(200, 60) / (TOKENS * 0.02);
        LoadPlan plan = Loads.plan(
                bench, gateway.api(), new Mix(1, 1, 0), rate, TOKENS, Duration.ofSeconds(bench.count(20, 7)));
        List<Integer> resets = new ArrayList<>();
        LoadResult result = Loads.run(bench, plan, () -> {
            long until = System.nanoTime() + plan.length().toNanos();
            while (System.nanoTime() - until < 0) {
                Thread.sleep(BETWEEN);
                lines.get(resets.size() % WORKERS).resetAll();
                resets.add(resets.size());
            }
        });
        long connections =
                lines.stream().mapToLong(line -> line.counters().resets()).sum();
        long told = Loads.failed(result, Kind.STREAM, Failure.ERROR_EVENT);
        long chats = Loads.failed(result, Kind.CHAT, Failure.values());
        Measured.Figures figures = new Measured.Figures()
                .told("connections reset", connections)
                .atLeast("of these with a stream that was told", told, 1)
                .atMost("streams told beyond those", Math.max(0, told - connections), 0);
        figures.exactly("failed chats", chats, 0);
        return Loads.noOther(figures, "failed otherwise", result, Failure.ERROR_EVENT)
                .atLeast("whole", Loads.right(result), Loads.sent(result) - told)
                .exactly("errors in the log", gateway.errorLines(), 0)
                .measured();
    }

    private static MockSettings pace(FaultBench bench) {
        return MockSettings.instant()
                .withKey(Loads.key(bench.seed()))
                .withPace(Duration.ofMillis(20), Duration.ofMillis(20));
    }
}
