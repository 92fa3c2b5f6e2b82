package dev.penstock.loadtest.matrix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.loadtest.mock.MockSettings;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MatrixRunTest {
    private final Vertx vertx = Vertx.vertx();
    private final List<String> told = new ArrayList<>();

    @TempDir
    private Path directory = Path.of("");

    @AfterEach
    void close() {
        vertx.close().await();
    }

    private interface Try {
        Measured on(FaultBench bench) throws IOException, InterruptedException;
    }

    private record Row(String name, Try tried) implements FaultRow {
        @Override
        public String fault() {
            return "a fault | with a bar";
        }

        @Override
        public String expected() {
            return "that it holds";
        }

        @Override
        public Measured run(FaultBench bench) throws IOException, InterruptedException {
            return tried.on(bench);
        }
    }

    private List<RowResult> run(FaultRow... rows) throws InterruptedException {
        var settings = new BenchSettings(Path.of("no-such-penstock"), directory, 7, true);
        return MatrixRun.run(List.of(rows), settings, vertx, new MatrixRun.Progress() {
            @Override
            public void begins(FaultRow row, int number, int of) {
                told.add(number + "/" + of + " " + row.name());
            }

            @Override
            public void ended(RowResult result) {
                told.add(result.name() + " " + result.held());
            }
        });
    }

    @Test
    void aRowThatCannotBeTriedIsNotHeldAndLosesNoOther() throws Exception {
        var rows = run(
                new Row("breaks", bench -> {
                    throw new IOException("no connection");
                }),
                new Row("has-a-defect", bench -> {
                    throw new IllegalStateException("never thought of");
                }),
                new Row("does-not-start", bench -> {
                    bench.gateway(GatewayFile.before(List.of()));
                    return new Measured(List.of());
                }),
                new Row("measures-nothing", bench -> new Measured(List.of())),
                new Row(
                        "holds",
                        bench -> new Measured.Figures().exactly("errors", 0, 0).measured()));
        assertEquals(
                List.of(false, false, false, false, true),
                rows.stream().map(RowResult::held).toList());
        assertTrue(rows.get(0).measuredText().contains("no connection"), rows.toString());
        assertTrue(rows.get(1).measuredText().contains("never thought of"), rows.toString());
        assertTrue(rows.get(2).measuredText().contains("no-such-penstock"), rows.toString());
        assertEquals("1/5 breaks", told.getFirst());
        assertEquals("holds true", told.getLast());
        assertEquals("1 of 5 rows held", MatrixReport.summary(rows));
    }

    @Test
    void whatARowOpensEndsWithIt() throws Exception {
        int[] port = new int[1];
        run(new Row("opens", bench -> {
            port[0] = bench.mock(MockSettings.instant()).uri().getPort();
            bench.onClose(() -> told.add("closed"));
            throw new IOException("in the middle");
        }));
        assertTrue(told.contains("closed"));
        assertThrows(ConnectException.class, () -> new Socket(InetAddress.getLoopbackAddress(), port[0]).close());
    }

    @Test
    void aFigureKeepsItsBoundOrSaysWhichItDidNot() {
        var figures = new Measured.Figures()
                .exactly("failed of 20,000", 3, 0)
                .atMost("p99", 12.345, "ms", 50)
                .atMost("never", Double.NaN, "ms", 50)
                .atLeast("whole", 19_997, 19_997)
                .told("seen", 36)
                .measured();
        assertFalse(figures.held());
        assertEquals(
                "failed of 20,000 3 (! = 0); p99 12.3 ms; never NaN ms (! <= 50 ms); whole 19,997; seen 36",
                figures.text());
        assertTrue(new Measured.Figures().atMost("p99", 50, "ms", 50).measured().held());
        assertTrue(new Measured.Figures().told("seen", 1).measured().held());
    }

    @Test
    void theTableHasARowForEachAndTheJsonItsFigures() throws Exception {
        var rows = run(
                new Row(
                        "holds",
                        bench -> new Measured.Figures().exactly("errors", 0, 0).measured()),
                new Row("late", bench -> new Measured.Figures()
                        .atMost("p99", Double.NaN, "ms", 5)
                        .measured()));
        var lines = MatrixReport.markdown(rows, "Seed 7.").lines().toList();
        assertEquals("Seed 7. 1 of 2 rows held.", lines.get(2));
        assertEquals("| a fault \\| with a bar (`holds`) | that it holds | errors 0 | 7 | yes |", lines.get(6));
        assertTrue(lines.get(7).endsWith("| 7 | **no** |"), lines.get(7));
        JsonNode json = new ObjectMapper().readTree(MatrixReport.json(rows, "Seed 7."));
        assertEquals(1, json.path("held").asInt());
        assertEquals("errors", json.at("/rows/0/figures/0/name").asText());
        assertTrue(json.at("/rows/0/held").asBoolean());
        assertFalse(json.at("/rows/1/figures/0/kept").asBoolean());
        assertTrue(json.at("/rows/1/figures/0/value").isNull(), "JSON has no NaN");
    }

    @Test
    void theHeapOfEitherCollectorIsRead() throws IOException {
        assertEquals((1024 + 2048) * 1024L, HeapProbe.used("""
                        4711:
                        PSYoungGen      total 76288K, used 1024K [0x1, 0x2, 0x3)
                          eden space 65536K, 1% used [0x1,0x2,0x3)
                        ParOldGen       total 175104K, used 2048K [0x1, 0x2, 0x3)
                        Metaspace       used 30000K, committed 31000K, reserved 1114112K
                          class space    used 3000K, committed 3100K, reserved 1048576K
                        """));
        assertEquals(7L << 20, HeapProbe.used("garbage-first heap   total 256M, used 7M [0x1, 0x2)\n"));
        assertThrows(IOException.class, () -> HeapProbe.used("4711: no such command"));
    }
}
