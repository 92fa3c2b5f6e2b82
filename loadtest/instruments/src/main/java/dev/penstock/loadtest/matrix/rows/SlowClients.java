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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Clients that send their requests a byte at a time. */
final class SlowClients implements FaultRow {
    private static final Duration BETWEEN_BYTES = Duration.ofMillis(100);
    private static final int CLIENTS = 50;
    /** A busy machine, and the granularity of the clock. */
    private static final double LATE_MILLIS = 1500;

    /** What became of a client: the status it was told, 0 for none, and after how long. */
    private record End(int status, double millis) {}

    @Override
    public String name() {
        return "slow-clients";
    }

    @Override
    public String fault() {
        return "slowloris, slow body";
    }

    @Override
    public String expected() {
        return "headers 10 s, body 30 s (quick: 2 s and 3 s), then 408; others are served meanwhile";
    }

    @Override
    public Measured run(FaultBench bench) throws IOException, InterruptedException {
        MockEngine worker = bench.mock(MockSettings.instant());
        int headSeconds = bench.count(10, 2);
        int bodySeconds = bench.count(30, 3);
        GatewayNode gateway =
                bench.gateway(GatewayFile.before(List.of(worker.uri().getPort()))
                        .withListener("header-timeout: " + headSeconds + "s")
                        .withListener("body-timeout: " + bodySeconds + "s"));
        String head = RawConnection.chatHeadBegin() + "X-Slow: ";
        List<FutureTask<End>> heads = clients(gateway, head);
        List<FutureTask<End>> bodies = clients(gateway, RawConnection.chatHead(1000) + "{\"model\":");
        int others = others(gateway, 50);
        Measured.Figures figures = new Measured.Figures();
        figures(figures, "slow heads", heads, headSeconds);
        figures(figures, "slow bodies", bodies, bodySeconds);
        return figures.exactly("others served of 50", others, 50)
                .exactly(
                        "requests of slow clients at the worker",
                        worker.counters().requests() - others,
                        0)
                .measured();
    }

    private static List<FutureTask<End>> clients(GatewayNode gateway, String begin) {
        List<FutureTask<End>> all = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            FutureTask<End> task = new FutureTask<>(() -> client(gateway, begin));
            Thread.ofVirtual().start(task);
            all.add(task);
        }
        return all;
    }

    private static End client(GatewayNode gateway, String begin) throws IOException {
        try (RawConnection connection = RawConnection.open(gateway.port(), Duration.ofSeconds(90))) {
            long began = System.nanoTime();
            connection.send(begin);
            Thread dripping = Thread.ofVirtual().start(() -> drip(connection));
            int status = connection.read().map(RawConnection.Answer::status).orElse(0);
            double millis = Waiting.millisSince(began);
            dripping.interrupt();
            return new End(status, millis);
        }
    }

    private static void drip(RawConnection connection) {
        try {
            while (true) {
                Thread.sleep(BETWEEN_BYTES);
                connection.send("x");
            }
        } catch (IOException | InterruptedException over) {
            return; // the gateway or the client has ended it
        }
    }

    private static int others(GatewayNode gateway, int count) throws IOException {
        int served = 0;
        for (int i = 0; i < count; i++) {
            try (RawConnection connection = RawConnection.open(gateway.port(), Duration.ofSeconds(10))) {
                connection.sendChat(RawConnection.chatBody(""));
                served += connection
                                .read()
                                .filter(answer -> answer.status() == 200)
                                .isPresent()
                        ? 1
                        : 0;
            }
        }
        return served;
    }

    private static void figures(Measured.Figures figures, String what, List<FutureTask<End>> clients, int seconds)
            throws IOException, InterruptedException {
        int told = 0;
        double first = Double.MAX_VALUE;
        double last = 0;
        for (FutureTask<End> client : clients) {
            try {
                End end = client.get();
                told += end.status == 408 ? 1 : 0;
                first = Math.min(first, end.millis);
                last = Math.max(last, end.millis);
            } catch (ExecutionException failed) {
                throw new IOException(what + ": " + failed.getCause(), failed);
            }
        }
        figures.exactly(what + ": told 408 of " + CLIENTS, told, CLIENTS)
                .atLeast("first after", first, "ms", seconds * 1000.0 - 100)
                .atMost("last after", last, "ms", seconds * 1000.0 + LATE_MILLIS);
    }
}
