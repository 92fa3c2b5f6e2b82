package dev.penstock.deploy.pool;

import java.io.IOException;
import java.time.Duration;

/** Waits for what other processes do: generously, since it fails only where it never comes. */
final class Poll {
    private static final Duration LIMIT = Duration.ofSeconds(90);

    /** A question about another process. */
    @FunctionalInterface
    interface Condition {
        boolean holds() throws IOException, InterruptedException;
    }

    private Poll() {}

    /** Returns the seconds it took. */
    static double until(String what, Condition condition) throws IOException, InterruptedException {
        long start = System.nanoTime();
        while (!condition.holds()) {
            if (System.nanoTime() - start > LIMIT.toNanos()) {
                throw new AssertionError("not within " + LIMIT.toSeconds() + " s: " + what);
            }
            Thread.sleep(10);
        }
        return (System.nanoTime() - start) / 1e9;
    }
}
