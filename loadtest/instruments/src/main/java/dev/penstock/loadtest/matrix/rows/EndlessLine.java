package dev.penstock.loadtest.matrix.rows;

import dev.penstock.loadtest.faults.FaultProxy;
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
import dev.penstock.loadtest.mock.MockSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** A worker whose stream is one line that does not end. */
final class EndlessLine implements FaultRow {
    private static final double MEBIBYTE = 1 << 20;
    /** What is under way in sockets when the gateway has had enough. */
    private static final double ON_THE_WAY_MIB = 8;

    @Override
    public String name() {
        return "endless-line";
    }

    @Override
    public String fault() {
        return "a stream's line does not end";
    }

    @Override
    public String expected() {
        return "cut at 1 MiB; heap growth <= 2 MiB";
    }

    @Override
    public Measured run(FaultBench bench) throws IOException, InterruptedException {
        MockSettings good = MockSettings.instant().withKey(Loads.key(bench.seed()));
        FaultProxy line = bench.proxy(bench.mock(good.withFaults(FaultMix.of(Fault.ENDLESS_LINE, 1)))
                .uri()
                .getPort());
        GatewayNode gateway = bench.gateway(GatewayFile.before(List.of(line.port()))
                .with("health", "{failures-in-row: 1000, min-success-rate: 0}")
                .with("routing", "{max-attempts: 1}"));
        LoadPlan plan = Loads.plan(bench, gateway.api(), Mix.STREAM, 10, 20, Duration.ofSeconds(bench.count(10, 3)));
        Loads.run(bench, plan); // warms up
        long heap = gateway.heapBytes();
        long taken = line.counters().toClient();
        LoadResult result = Loads.run(bench, plan);
        double each = (line.counters().toClient() - taken) / MEBIBYTE / Loads.sent(result);
        double growth = (gateway.heapBytes() - heap) / MEBIBYTE;
        Measured.Figures figures = new Measured.Figures()
                .exactly("streams cut of " + Loads.sent(result), result.failed(), Loads.sent(result));
        return Loads.noOther(
                        figures,
                        "in another way than 502 or an error frame",
                        result,
                        Failure.STATUS_5XX,
                        Failure.ERROR_EVENT)
                .atMost("sent to the gateway for each", each, "MiB", 1 + ON_THE_WAY_MIB)
                .atMost("heap growth", growth, "MiB", 2)
                .measured();
    }
}
