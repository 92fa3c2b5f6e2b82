package dev.penstock.loadtest.matrix;

import java.io.IOException;
import java.time.Duration;

/** Waits for what other processes do. */
public final class Waiting {
    private static final Duration POLL = Duration.ofMillis(5);

    private Waiting() {}

    /** A question about another process. */
    @FunctionalInterface
    public interface Condition {
        /** Whether it is so. */
        boolean holds() throws IOException, InterruptedException;
    }

    /** Waits until it is so, and says after how many ms that was; NaN where it is not by then. No answer is a no. */
    public static double millisUntil(Duration limit, Condition condition) throws InterruptedException {
        long began = System.nanoTime();
        while (!holds(condition)) {
            if (System.nanoTime() - began > limit.toNanos()) {
                return Double.NaN;
            }
            Thread.sleep(POLL);
        }
        return millisSince(began);
    }

    private static boolean holds(Condition condition) throws InterruptedException {
        try {
            return condition.holds();
        } catch (IOException noAnswer) {
            return false;
        }
    }

    /**
     * Waits for what must be before anything can be measured.
     *
     * @throws IOException when it is not so by then
     */
    public static void require(String what, Duration limit, Condition condition)
            throws IOException, InterruptedException {
        if (Double.isNaN(millisUntil(limit, condition))) {
            throw new IOException("not within " + limit.toMillis() + " ms: " + what);
        }
    }

    /** Milliseconds since a moment of {@link System#nanoTime}. */
    public static double millisSince(long nanos) {
        return (System.nanoTime() - nanos) / 1e6;
    }
}
