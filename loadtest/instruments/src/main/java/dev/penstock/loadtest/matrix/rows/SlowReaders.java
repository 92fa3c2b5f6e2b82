package dev.penstock.loadtest.matrix.rows;

import dev.penstock.loadtest.matrix.FaultBench;
import dev.penstock.loadtest.matrix.FaultRow;
import dev.penstock.loadtest.matrix.GatewayFile;
import dev.penstock.loadtest.matrix.GatewayNode;
import dev.penstock.loadtest.matrix.Measured;
import dev.penstock.loadtest.matrix.RawConnection;
import dev.penstock.loadtest.matrix.Waiting;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Clients that ask for long streams and do not read them. */
final class SlowReaders implements FaultRow {
    private static final int RECEIVE_BYTES = 16 << 10;
    private static final double MEBIBYTE = 1 << 20;

    @Override
    public String name() {
        return "slow-readers";
    }

    @Override
    public String fault() {
        return "200 clients do not read their streams";
    }

    @Override
    public String expected() {
        return "<= 256 KiB buffered for each, 64 MiB for all; broken off by the write-stall clock (here 10 s, quick 3 s)";
    }

    @Override
    public Measured run(FaultBench bench) throws IOException, InterruptedException {
        Firehose worker = new Firehose();
        bench.onClose(worker::close);
        int stallSeconds = bench.count(10, 3);
        GatewayNode gateway = bench.gateway(
                GatewayFile.before(List.of(worker.port())).with("clocks", "{write-stall: " + stallSeconds + "s}"));
        int readers = 200;
        long heap = gateway.heapBytes();
        List<RawConnection> connections = new ArrayList<>();
        bench.onClose(() -> connections.forEach(RawConnection::close));
        for (int i = 0; i < readers; i++) {
            RawConnection connection = RawConnection.openNarrow(gateway.port(), Duration.ofSeconds(10), RECEIVE_BYTES);
            connection.sendChat(RawConnection.chatBody(",\"stream\":true,\"max_tokens\":100000"));
            connections.add(connection);
        }
        double[] most = new double[1];
        double ended = Waiting.millisUntil(Duration.ofSeconds(stallSeconds + 60), () -> {
            most[0] = Math.max(most[0], gateway.metric("penstock_buffered_bytes"));
            return worker.ended() >= readers;
        });
        return new Measured.Figures()
                .exactly("streams begun", worker.begun(), readers)
                .atLeast("most buffered at once", most[0] / MEBIBYTE, "MiB", 0.001)
                .atMost("for each", most[0] / readers / 1024, "KiB", 256)
                .atMost("for all", most[0] / MEBIBYTE, "MiB", 64)
                .exactly("broken off of " + readers, Double.isNaN(ended) ? worker.ended() : readers, readers)
                .told("all after", ended, "ms")
                .told("heap growth afterwards", (gateway.heapBytes() - heap) / MEBIBYTE, "MiB")
                .measured();
    }
}
