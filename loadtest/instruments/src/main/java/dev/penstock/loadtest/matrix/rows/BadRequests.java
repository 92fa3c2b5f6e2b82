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
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** Requests that no worker should see. */
final class BadRequests implements FaultRow {
    private static final int MOST_MILLIS = 50;

    @Override
    public String name() {
        return "bad-requests";
    }

    @Override
    public String fault() {
        return "JSON depth 100,000; a 10 MB number; negative or overflowing max_tokens or n";
    }

    @Override
    public String expected() {
        return "400 within " + MOST_MILLIS + " ms of the last byte, nothing sent to a worker";
    }

    @Override
    public Measured run(FaultBench bench) throws IOException, InterruptedException {
        MockEngine worker = bench.mock(MockSettings.instant());
        GatewayNode gateway =
                bench.gateway(GatewayFile.before(List.of(worker.uri().getPort())));
        List<String> bodies = List.of(
                RawConnection.chatBody(",\"x\":" + "[".repeat(100_000) + "]".repeat(100_000)),
                RawConnection.chatBody(",\"seed\":" + "9".repeat(10_000_000)),
                RawConnection.chatBody(",\"max_tokens\":-1"),
                RawConnection.chatBody(",\"max_tokens\":99999999999999999999"),
                RawConnection.chatBody(",\"n\":-3"),
                RawConnection.chatBody(",\"n\":4294967297"));
        int rounds = bench.count(20, 5);
        int asked = 0;
        int refused = 0;
        double slowest = 0;
        for (int round = 0; round <= rounds; round++) {
            for (String body : bodies) {
                double[] millis = new double[1];
                boolean is400 = refused(gateway, body.getBytes(StandardCharsets.UTF_8), millis);
                if (round > 0) { // the first one warms up
                    asked++;
                    refused += is400 ? 1 : 0;
                    slowest = Math.max(slowest, millis[0]);
                }
            }
        }
        return new Measured.Figures()
                .exactly("answered 400 of " + asked, refused, asked)
                .atMost("slowest", slowest, "ms", MOST_MILLIS)
                .exactly("requests at the worker", worker.counters().requests(), 0)
                .measured();
    }

    private static boolean refused(GatewayNode gateway, byte[] body, double[] millis) throws IOException {
        try (RawConnection connection = RawConnection.open(gateway.port(), Duration.ofSeconds(10))) {
            connection.send(RawConnection.chatHead(body.length));
            connection.send(body);
            long sent = System.nanoTime();
            boolean is400 =
                    connection.read().filter(answer -> answer.status() == 400).isPresent();
            millis[0] = Waiting.millisSince(sent);
            return is400;
        }
    }
}
