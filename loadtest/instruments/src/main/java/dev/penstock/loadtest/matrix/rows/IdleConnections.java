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
import dev.penstock.loadtest.matrix.RawConnection;
import dev.penstock.loadtest.mock.MockEngine;
import dev.penstock.loadtest.mock.MockSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Connections that have asked once and stay open. */
final class IdleConnections implements FaultRow {
    private static final String REQUEST = "GET /v1/models HTTP/1.1\r\nHost: bench\r\n\r\n";

    @Override
    public String name() {
        return "idle-connections";
    }

    @Override
    public String fault() {
        return "10,000 idle connections (quick: 2,000)";
    }

    @Override
    public String expected() {
        return "<= 20 KiB of heap for each; new requests' p99 within 10 %";
    }

    @Override
    public Measured run(FaultBench bench) throws IOException, InterruptedException {
        MockEngine worker = bench.mock(
                MockSettings.instant().withKey(Loads.key(bench.seed())).withPace(Duration.ofMillis(5), Duration.ZERO));
        GatewayNode gateway = bench.gateway(
                GatewayFile.before(List.of(worker.uri().getPort())).withListener("idle-timeout: 10m"));
        int connections = bench.count(10_000, 2000);
        LoadPlan plan = Loads.plan(bench, gateway.api(), Mix.CHAT, 200, 4, Duration.ofSeconds(bench.count(5, 2)));
        Loads.run(bench, plan); // warms up
        List<LoadResult> without = new ArrayList<>(rounds(bench, plan, 2));
        long heapBefore = gateway.heapBytes();
        List<RawConnection> idle = new ArrayList<>();
        List<LoadResult> with;
        long heapWith;
        try {
            for (int i = 0; i < connections; i++) {
                RawConnection connection = RawConnection.open(gateway.port(), Duration.ofSeconds(10));
                idle.add(connection);
                connection.send(REQUEST);
                connection.read();
            }
            heapWith = gateway.heapBytes();
            with = rounds(bench, plan, 3);
        } finally {
            idle.forEach(RawConnection::close);
        }
        without.addAll(rounds(bench, plan, 1));
        double p99Without = leastP99(without);
        double p99With = leastP99(with);
        return new Measured.Figures()
                .exactly("idle connections", idle.size(), connections)
                .atMost("heap for each", (heapWith - heapBefore) / 1024.0 / connections, "KiB", 20)
                .told("p99 without them", p99Without, "ms")
                .atMost("p99 with them", p99With, "ms", p99Without * 1.1)
                .exactly("failed requests", failed(with) + failed(without), 0)
                .measured();
    }

    private static List<LoadResult> rounds(FaultBench bench, LoadPlan plan, int count) throws InterruptedException {
        List<LoadResult> results = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            results.add(Loads.run(bench, plan));
        }
        return results;
    }

    /** The least of a few: what else runs on a machine only ever adds to it. */
    private static double leastP99(List<LoadResult> results) {
        return results.stream()
                .mapToDouble(result -> Loads.endToEndMillis(result, Kind.CHAT, 99))
                .min()
                .orElse(Double.NaN);
    }

    private static long failed(List<LoadResult> results) {
        return results.stream().mapToLong(LoadResult::failed).sum();
    }
}
