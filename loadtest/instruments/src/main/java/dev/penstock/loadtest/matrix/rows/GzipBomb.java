package dev.penstock.loadtest.matrix.rows;

import dev.penstock.loadtest.matrix.FaultBench;
import dev.penstock.loadtest.matrix.FaultRow;
import dev.penstock.loadtest.matrix.GatewayFile;
import dev.penstock.loadtest.matrix.GatewayNode;
import dev.penstock.loadtest.matrix.Measured;
import dev.penstock.loadtest.matrix.RawConnection;
import dev.penstock.loadtest.mock.MockEngine;
import dev.penstock.loadtest.mock.MockSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** A small body that would be a large one. */
final class GzipBomb implements FaultRow {
    private static final int UNPACKED_MIB = 256;

    @Override
    public String name() {
        return "gzip-bomb";
    }

    @Override
    public String fault() {
        return "gzip bomb in the request";
    }

    @Override
    public String expected() {
        return "415, nothing unpacked";
    }

    @Override
    public Measured run(FaultBench bench) throws IOException, InterruptedException {
        MockEngine worker = bench.mock(MockSettings.instant());
        GatewayNode gateway =
                bench.gateway(GatewayFile.before(List.of(worker.uri().getPort())));
        byte[] bomb = bomb();
        long before = gateway.heapBytes();
        int asked = 20;
        int refused = 0;
        for (int i = 0; i < asked; i++) {
            try (RawConnection connection = RawConnection.open(gateway.port(), Duration.ofSeconds(10))) {
                connection.send(RawConnection.chatHead("Content-Encoding: gzip", "Content-Length: " + bomb.length));
                refused += connection
                                .read()
                                .filter(answer -> answer.status() == 415)
                                .isPresent()
                        ? 1
                        : 0;
            }
        }
        return new Measured.Figures()
                .exactly("answered 415 of " + asked, refused, asked)
                .atMost("heap growth", (gateway.heapBytes() - before) / 1048576.0, "MiB", 2)
                .exactly("requests at the worker", worker.counters().requests(), 0)
                .measured();
    }

    private static byte[] bomb() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            byte[] blanks = new byte[1 << 20];
            for (int i = 0; i < UNPACKED_MIB; i++) {
                gzip.write(blanks);
            }
        }
        return packed.toByteArray();
    }
}
