package dev.penstock.loadtest.matrix.rows;

import dev.penstock.loadtest.matrix.FaultBench;
import dev.penstock.loadtest.matrix.FaultRow;
import dev.penstock.loadtest.matrix.GatewayFile;
import dev.penstock.loadtest.matrix.GatewayNode;
import dev.penstock.loadtest.matrix.Measured;
import dev.penstock.loadtest.matrix.RawConnection;
import dev.penstock.loadtest.matrix.Waiting;
import dev.penstock.loadtest.mock.Fault;
import dev.penstock.loadtest.mock.FaultMix;
import dev.penstock.loadtest.mock.MockEngine;
import dev.penstock.loadtest.mock.MockSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.HdrHistogram.Histogram;

/** Every worker says that it is busy. */
final class AllWorkersBusy implements FaultRow {
    private static final int MOST_MILLIS = 50;

    @Override
    public String name() {
        return "all-503";
    }

    @Override
    public String fault() {
        return "all workers answer 503 (clocks.queue-wait 0: nobody waits for room)";
    }

    @Override
    public String expected() {
        return "attempts <= 1.1x; 503 with Retry-After within " + MOST_MILLIS + " ms (p99)";
    }

    @Override
    public Measured run(FaultBench bench) throws IOException, InterruptedException {
        List<MockEngine> workers = bench.mocks(3, MockSettings.instant().withFaults(FaultMix.of(Fault.UNAVAILABLE, 1)));
        GatewayNode gateway =
                bench.gateway(GatewayFile.before(Workers.ports(workers)).with("clocks", "{queue-wait: 0ms}"));
        int warming = 100;
        int asked = bench.count(2000, 300);
        ask(gateway, warming, new Histogram(3));
        long before = Workers.requests(workers);
        Histogram micros = new Histogram(3);
        int told = ask(gateway, asked, micros);
        double attempts = (Workers.requests(workers) - before) / (double) asked;
        return new Measured.Figures()
                .exactly("answered 503 with Retry-After of " + asked, told, asked)
                .atMost("attempts for each", attempts, "", 1.1)
                .atMost("p99", micros.getValueAtPercentile(99) / 1000.0, "ms", MOST_MILLIS)
                .measured();
    }

    private static int ask(GatewayNode gateway, int times, Histogram micros) throws IOException {
        int told = 0;
        try (RawConnection connection = RawConnection.open(gateway.port(), Duration.ofSeconds(30))) {
            for (int i = 0; i < times; i++) {
                long began = System.nanoTime();
                connection.sendChat(RawConnection.chatBody(i % 2 == 0 ? "" : ",\"stream\":true"));
                told += connection
                                .read()
                                .filter(answer -> answer.status() == 503
                                        && answer.headers().containsKey("retry-after"))
                                .isPresent()
                        ? 1
                        : 0;
                micros.recordValue(Math.round(Waiting.millisSince(began) * 1000));
            }
        }
        return told;
    }
}
