package dev.penstock.loadtest.matrix.rows;

import dev.penstock.loadtest.matrix.FaultBench;
import dev.penstock.loadtest.matrix.FaultRow;
import dev.penstock.loadtest.matrix.GatewayFile;
import dev.penstock.loadtest.matrix.GatewayNode;
import dev.penstock.loadtest.matrix.Measured;
import dev.penstock.loadtest.matrix.RawConnection;
import dev.penstock.loadtest.matrix.Waiting;
import dev.penstock.loadtest.mock.MockEngine;
import dev.penstock.loadtest.mock.MockSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Clients that leave in the middle of a stream. */
final class ClientGone implements FaultRow {
    private static final int MOST_MILLIS = 500;
    private static final String TOKEN = "\"content\":\"";

    @Override
    public String name() {
        return "client-gone";
    }

    @Override
    public String fault() {
        return "the client leaves a stream";
    }

    @Override
    public String expected() {
        return "its worker is cancelled within " + MOST_MILLIS + " ms, the slot is free";
    }

    @Override
    public Measured run(FaultBench bench) throws IOException, InterruptedException {
        MockEngine worker = bench.mock(MockSettings.instant().withPace(Duration.ofMillis(20), Duration.ofMillis(20)));
        GatewayNode gateway =
                bench.gateway(GatewayFile.before(List.of(worker.uri().getPort())));
        int clients = bench.count(100, 20);
        double slowest = 0;
        int cancelled = 0;
        for (int i = 0; i < clients; i++) {
            long before = worker.counters().abandoned();
            RawConnection connection = RawConnection.open(gateway.port(), Duration.ofSeconds(10));
            connection.sendChat(RawConnection.chatBody(",\"stream\":true,\"max_tokens\":10000"));
            connection.readUntil(TOKEN, 4);
            connection.close();
            double millis = Waiting.millisUntil(
                    Duration.ofSeconds(5), () -> worker.counters().abandoned() > before);
            cancelled += Double.isNaN(millis) ? 0 : 1;
            slowest = Math.max(slowest, millis);
        }
        double free = Waiting.millisUntil(
                Duration.ofSeconds(2),
                () -> gateway.worker("w0").path("in_flight").asInt(-1) == 0);
        return new Measured.Figures()
                .exactly("cancelled of " + clients, cancelled, clients)
                .atMost("slowest", slowest, "ms", MOST_MILLIS)
                .exactly("slots still taken", Double.isNaN(free) ? 1 : 0, 0)
                .measured();
    }
}
