package dev.penstock.loadtest.matrix;

import java.nio.file.Path;

/**
 * What rows are tried with.
 *
 * @param penstock the {@code bin/penstock} of the distribution under test
 * @param directory where logs, configurations and results go
 * @param seed of whatever is drawn
 * @param quick whether fewer requests will do
 */
public record BenchSettings(Path penstock, Path directory, long seed, boolean quick) {
    /** The same in another directory. */
    BenchSettings in(Path other) {
        return new BenchSettings(penstock, other, seed, quick);
    }
}
