package dev.penstock.loadtest.matrix.rows;

import dev.penstock.loadtest.faults.FaultProxy;
import dev.penstock.loadtest.matrix.FaultBench;
import dev.penstock.loadtest.matrix.FaultRow;
import dev.penstock.loadtest.matrix.GatewayFile;
import dev.penstock.loadtest.matrix.GatewayNode;
import dev.penstock.loadtest.matrix.Measured;
import dev.penstock.loadtest.matrix.RawConnection;
import dev.penstock.loadtest.mock.MockEngine;
import dev.penstock.loadtest.mock.MockSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Heads and bodies that do not end. */
final class Bombs implements FaultRow {
    private static final int MEBIBYTE = 1 << 20;
    private static final int MAX_BODY_MIB = 16;
    /** What is under way in sockets and in the proxy that counts it. */
    private static final int ON_THE_WAY_MIB = 8;

    @Override
    public String name() {
        return "bombs";
    }

    @Override
    public String fault() {
        return "header bomb, body bomb";
    }

    @Override
    public String expected() {
        return "431 and 413, the body not read on";
    }

    @Override
    public Measured run(FaultBench bench) throws IOException, InterruptedException {
        MockEngine worker = bench.mock(MockSettings.instant());
        GatewayNode gateway =
                bench.gateway(GatewayFile.before(List.of(worker.uri().getPort())));
        FaultProxy counting = bench.proxy(gateway.port());
        int headers = status(gateway.port(), RawConnection.chatHeadBegin(), "X: " + "x".repeat(1000) + "\r\n", 1000);
        int declared = status(gateway.port(), RawConnection.chatHead(1L << 40), "x".repeat(MEBIBYTE), 1);
        long before = counting.counters().toTarget();
        String chunk = Integer.toHexString(MEBIBYTE) + "\r\n" + "x".repeat(MEBIBYTE) + "\r\n";
        int undeclared = status(counting.port(), RawConnection.chatHead("Transfer-Encoding: chunked"), chunk, 256);
        double read = (counting.counters().toTarget() - before) / (double) MEBIBYTE;
        return new Measured.Figures()
                .exactly("status of 1 MB of headers", headers, 431)
                .exactly("of a declared 1 TiB", declared, 413)
                .exactly("of 256 MiB in chunks", undeclared, 413)
                .atMost("of these taken", read, "MiB", MAX_BODY_MIB + ON_THE_WAY_MIB)
                .exactly("requests at the worker", worker.counters().requests(), 0)
                .measured();
    }

    /** Sends as much as it can, and reads what is said to it; 0 where nothing is. */
    private static int status(int port, String head, String piece, int pieces) throws IOException {
        try (RawConnection connection = RawConnection.open(port, Duration.ofSeconds(10))) {
            Thread sender = Thread.ofVirtual().start(() -> {
                try {
                    connection.send(head);
                    for (int i = 0; i < pieces; i++) {
                        connection.send(piece);
                    }
                } catch (IOException cutOff) {
                    return; // as it should be; what was said is read below
                }
            });
            int status = connection.read().map(RawConnection.Answer::status).orElse(0);
            sender.interrupt();
            return status;
        }
    }
}
