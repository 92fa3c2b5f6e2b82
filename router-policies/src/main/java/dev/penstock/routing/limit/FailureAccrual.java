package dev.penstock.routing.limit;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Ejects a worker that can be talked to but fails: after so many failures in a row, or when its success rate over a
 * sliding window falls below a threshold. It is let back in by one trial request after a time that doubles with each
 * trial that fails, with equal jitter: {@code t/2 + random(t/2)} for {@code t = min(max, min 2^n)}. A worker that says
 * it is busy is not failing: its caller does not count that here.
 *
 * <p>The success rate is that of exponentially decayed counts, {@code S/(S+F)} with both multiplied by
 * {@code e^(-dt/window)} as time goes by.
 *
 * <p>Source: Finagle, {@code FailureAccrualFactory} and {@code FailureAccrualPolicy} (5 in a row, or a rate below 0.8
 * within 30 s; backoff by {@code Backoff.equalJittered(5 s, 300 s)}).
 *
 * @param state whether requests flow
 * @param failuresInRow since the last success
 * @param successes decayed count
 * @param failures decayed count
 * @param countedNanos when the counts were last decayed
 * @param ejections in a row, each longer than the one before
 * @param untilNanos when an ejected worker is tried again
 */
public record FailureAccrual(
        State state,
        int failuresInRow,
        double successes,
        double failures,
        long countedNanos,
        int ejections,
        long untilNanos) {

    /** Whether requests flow. */
    public enum State {
        /** They do. */
        CLOSED,
        /** None does. */
        EJECTED,
        /** One does, to see. */
        TRIAL
    }

    /**
     * When to eject, and for how long.
     *
     * @param failuresInRow that eject, at least 1
     * @param minSuccessRate below which the window ejects, 0 to 1
     * @param window the time constant of the counts
     * @param minRequests decayed requests below which the rate says nothing
     * @param minEjection the first ejection
     * @param maxEjection the longest
     */
    public record Rules(
            int failuresInRow,
            double minSuccessRate,
            Duration window,
            int minRequests,
            Duration minEjection,
            Duration maxEjection) {
        /** Finagle's numbers, and so many requests that a worker failing 5 % of them is not ejected by chance. */
        public static final Rules DEFAULT =
                new Rules(5, 0.8, Duration.ofSeconds(30), 50, Duration.ofSeconds(5), Duration.ofSeconds(300));

        public Rules {
            if (failuresInRow < 1) {
                throw new IllegalArgumentException("failures-in-row: " + failuresInRow + " (expected: >= 1)");
            }
            if (!(minSuccessRate >= 0 && minSuccessRate <= 1)) {
                throw new IllegalArgumentException("min-success-rate: " + minSuccessRate + " (expected: 0 to 1)");
            }
            if (minEjection.isNegative() || minEjection.isZero() || maxEjection.compareTo(minEjection) < 0) {
                throw new IllegalArgumentException("min-ejection: " + minEjection + ", max-ejection: " + maxEjection
                        + " (expected: 0 < min <= max)");
            }
        }
    }

    /** A worker nothing was sent to yet. */
    public static FailureAccrual closed(long nowNanos) {
        return new FailureAccrual(State.CLOSED, 0, 0, 0, nowNanos, 0, 0);
    }

    /** After an answer that shows the worker works. */
    public FailureAccrual onSuccess(Rules rules, long nowNanos) {
        return switch (state) {
            case CLOSED -> {
                double decay = decay(rules, nowNanos);
                yield new FailureAccrual(state, 0, successes * decay + 1, failures * decay, nowNanos, ejections, 0);
            }
            case TRIAL -> closed(nowNanos);
            case EJECTED -> this;
        };
    }

    /**
     * After a failure that is the worker's own.
     *
     * @param mayEject false where ejecting would leave too few: then it is only counted
     */
    public FailureAccrual onFailure(Rules rules, long nowNanos, RandomGenerator random, boolean mayEject) {
        return switch (state) {
            case CLOSED -> {
                double decay = decay(rules, nowNanos);
                FailureAccrual counted = new FailureAccrual(
                        state,
                        Math.min(failuresInRow + 1, Integer.MAX_VALUE - 1),
                        successes * decay,
                        failures * decay + 1,
                        nowNanos,
                        ejections,
                        0);
                yield mayEject && counted.failing(rules) ? counted.eject(rules, nowNanos, random) : counted;
            }
            case TRIAL -> eject(rules, nowNanos, random);
            case EJECTED -> this;
        };
    }

    /** Ejects now, whatever the counts say: for workers that nobody probes, after a broken connection. */
    public FailureAccrual eject(Rules rules, long nowNanos, RandomGenerator random) {
        long min = rules.minEjection().toNanos();
        long max = rules.maxEjection().toNanos();
        int doublings = Math.min(ejections, 30);
        long full = min > max >> doublings ? max : min << doublings;
        long half = full / 2;
        long pause = half + random.nextLong(full - half + 1);
        return new FailureAccrual(State.EJECTED, 0, 0, 0, nowNanos, ejections + 1, nowNanos + pause);
    }

    /** As time goes by: an ejection that is over becomes a trial. */
    public FailureAccrual at(long nowNanos) {
        return state == State.EJECTED && nowNanos - untilNanos >= 0
                ? new FailureAccrual(State.TRIAL, 0, 0, 0, nowNanos, ejections, 0)
                : this;
    }

    private boolean failing(Rules rules) {
        double requests = successes + failures;
        return failuresInRow >= rules.failuresInRow()
                || (requests >= rules.minRequests() && successes / requests < rules.minSuccessRate());
    }

    private double decay(Rules rules, long nowNanos) {
        double elapsed = Math.max(0, nowNanos - countedNanos);
        return Math.exp(-elapsed / rules.window().toNanos());
    }
}
