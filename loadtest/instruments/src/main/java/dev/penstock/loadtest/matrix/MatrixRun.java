package dev.penstock.loadtest.matrix;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Tries rows, one after the other, each on a bench of its own. */
public final class MatrixRun {
    /** Told how it goes. */
    public interface Progress {
        /** A row begins. */
        void begins(FaultRow row, int number, int of);

        /** A row has ended. */
        void ended(RowResult result);
    }

    private MatrixRun() {}

    /**
     * Tries rows. One that cannot be tried is reported as such, and the others are tried all the same.
     *
     * @param settings where each row gets a directory of its own, for logs and configurations
     * @throws InterruptedException when interrupted; what was started is ended
     */
    public static List<RowResult> run(List<FaultRow> rows, BenchSettings settings, Vertx vertx, Progress progress)
            throws InterruptedException {
        List<RowResult> results = new ArrayList<>();
        for (FaultRow row : rows) {
            progress.begins(row, results.size() + 1, rows.size());
            RowResult result = run(row, settings, vertx);
            results.add(result);
            progress.ended(result);
        }
        return results;
    }

    private static RowResult run(FaultRow row, BenchSettings settings, Vertx vertx) throws InterruptedException {
        long began = System.nanoTime();
        Measured measured = new Measured(List.of());
        Optional<String> obstacle = Optional.empty();
        try {
            Path directory = Files.createDirectories(settings.directory().resolve(row.name()));
            try (FaultBench bench = new FaultBench(settings.in(directory), vertx)) {
                measured = row.run(bench);
            }
        } catch (IOException | RuntimeException failed) {
            obstacle = Optional.of(failed.toString());
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        return new RowResult(row.name(), row.fault(), row.expected(), measured, obstacle, settings.seed(), seconds);
    }
}
