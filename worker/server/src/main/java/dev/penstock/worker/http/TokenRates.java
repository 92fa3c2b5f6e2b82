package dev.penstock.worker.http;

import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * Tokens per second of late: an exponentially weighted mean, {@code rate += (1 - exp(-dt / 10 s)) * (tokens / dt - rate)}
 * at each {@link #sample}. A request counts when it ends. Thread safe.
 */
public final class TokenRates {
    private static final double TIME_CONSTANT_SECONDS = 10;

    private final LongSupplier nanoClock;
    private final LongAdder prompt = new LongAdder();
    private final LongAdder completion = new LongAdder();
    private long lastNanos;
    private Rates last = new Rates(0, 0);

    /**
     * Both rates at one moment.
     *
     * @param promptPerSecond prompt tokens per second
     * @param completionPerSecond generated tokens per second
     */
    public record Rates(double promptPerSecond, double completionPerSecond) {}

    /** Rates of nothing yet. */
    public TokenRates(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        this.lastNanos = nanoClock.getAsLong();
    }

    void add(int promptTokens, int completionTokens) {
        prompt.add(promptTokens);
        completion.add(completionTokens);
    }

    /** The rates now. */
    public synchronized Rates sample() {
        long now = nanoClock.getAsLong();
        double seconds = (now - lastNanos) / 1e9;
        if (seconds <= 0) {
            return last;
        }
        lastNanos = now;
        double weight = 1 - Math.exp(-seconds / TIME_CONSTANT_SECONDS);
        last = new Rates(
                mean(last.promptPerSecond(), prompt.sumThenReset() / seconds, weight),
                mean(last.completionPerSecond(), completion.sumThenReset() / seconds, weight));
        return last;
    }

    private static double mean(double before, double now, double weight) {
        return before + weight * (now - before);
    }
}
