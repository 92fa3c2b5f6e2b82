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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
        Map<String, byte[]> bodies = bodies();
        int rounds = bench.count(20, 5);
        Measured.Figures figures = new Measured.Figures();
        bodies.forEach((what, body) -> refused(gateway, body)); // warms up
        for (Map.Entry<String, byte[]> body : bodies.entrySet()) {
            int refused = 0;
            double slowest = 0;
            for (int i = 0; i < rounds; i++) {
                double millis = refused(gateway, body.getValue());
                refused += Double.isNaN(millis) ? 0 : 1;
                slowest = Double.isNaN(millis) ? slowest : Math.max(slowest, millis);
            }
            figures.exactly(body.getKey() + ": 400 of " + rounds, refused, rounds)
                    .atMost("slowest", slowest, "ms", MOST_MILLIS);
        }
        return figures.exactly("requests at the worker", worker.counters().requests(), 0)
                .measured();
    }

    private static Map<String, byte[]> bodies() {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("depth", ",\"x\":" + "[".repeat(100_000) + "]".repeat(100_000));
        fields.put("10 MB number", ",\"seed\":" + "9".repeat(10_000_000));
        fields.put("max_tokens -1", ",\"max_tokens\":-1");
        fields.put("max_tokens 10^20", ",\"max_tokens\":100000000000000000000");
        fields.put("n -3", ",\"n\":-3");
        fields.put("n 2^32+1", ",\"n\":4294967297");
        Map<String, byte[]> bodies = new LinkedHashMap<>();
        fields.forEach(
                (what, field) -> bodies.put(what, RawConnection.chatBody(field).getBytes(StandardCharsets.UTF_8)));
        return bodies;
    }

    /** After how many ms from the last byte on it was answered with 400; NaN where it was not. */
    private static double refused(GatewayNode gateway, byte[] body) {
        try (RawConnection connection = RawConnection.open(gateway.port(), Duration.ofSeconds(10))) {
            connection.send(RawConnection.chatHead(body.length));
            connection.send(body);
            long sent = System.nanoTime();
            return connection.read().filter(answer -> answer.status() == 400).isPresent()
                    ? Waiting.millisSince(sent)
                    : Double.NaN;
        } catch (IOException broken) {
            return Double.NaN;
        }
    }
}
