package dev.penstock.routing.learning;

import dev.penstock.routing.Rates;
import dev.penstock.routing.ServedModel;

/**
 * Whether a model is in its worker's memory, and how long it takes to get there where it is not. Not thread safe.
 *
 * <p>The worker's engine may say which models it has. Where it does not, a model is taken to be cold before its first answer
 * and once none came for {@link Rates#coldAfterSeconds}; of who declares none it never is. Whatever is said, an answer that
 * has begun shows that the model is there.
 *
 * <p>How long it takes begins from {@link Rates#loadSeconds}, or from what is usual, {@code 2 s + 0.5 s} per billion of
 * parameters (a byte of each, read at 2 GB/s), and then moves half of the way to what each cold start took beyond the
 * forecast. So one that was never cold in truth comes to take no time.
 */
final class Loading {
    private static final double STEP = 0.5;
    private static final double USUAL_SECONDS = 2;
    private static final double SECONDS_PER_BILLION = 0.5;
    private static final double BILLION = 1e9;
    private static final double UNKNOWN_BILLIONS = 8;

    private final double coldAfterNanos;
    private double seconds;
    private boolean told;
    private boolean cold;
    private boolean everCold;
    private boolean learns;
    private long usedNanos;
    private long loadedNanos;

    /** Of a model as it is declared, of which nothing was seen or heard. */
    Loading(ServedModel model) {
        Rates declared = model.rates();
        double billions = model.parameters() == 0 ? UNKNOWN_BILLIONS : model.parameters() / BILLION;
        coldAfterNanos = declared.coldAfterSeconds() * BILLION;
        seconds = declared.loadSeconds() > 0
                ? declared.loadSeconds()
                : Math.min(Rates.MOST_SECONDS, USUAL_SECONDS + SECONDS_PER_BILLION * billions);
        cold = coldAfterNanos > 0;
        everCold = cold;
    }

    /** What is to be waited for before anything is computed, seconds; 0 where it is loaded. */
    double seconds() {
        return cold ? seconds : 0;
    }

    /** Whether it was ever taken to be cold. */
    boolean everCold() {
        return everCold;
    }

    /** What its engine says of it. */
    void told(boolean loaded, long nowNanos) {
        told = true;
        if (loaded) {
            loaded(nowNanos);
        } else {
            cold();
        }
    }

    /** An answer of the model has begun, or ended. */
    void used(long nowNanos) {
        usedNanos = nowNanos;
        loaded(nowNanos);
    }

    /** As time goes by. */
    void at(long nowNanos) {
        if (!told && coldAfterNanos > 0 && !cold && nowNanos - usedNanos > coldAfterNanos) {
            cold();
        }
    }

    private void cold() {
        cold = true;
        everCold = true;
    }

    private void loaded(long nowNanos) {
        if (cold) {
            cold = false;
            learns = true;
            loadedNanos = nowNanos;
        }
    }

    /** Whether a request that was sent then may have waited for the model. */
    boolean waited(long sentNanos) {
        return everCold && (cold || sentNanos - loadedNanos < 0);
    }

    /**
     * A request that may have waited for it has been answered: the first of a cold start tells how long that took.
     *
     * @param beyondSeconds how much longer it took than was forecast without loading
     */
    void waitedFor(double beyondSeconds) {
        if (learns) {
            learns = false;
            seconds += STEP * (Math.clamp(beyondSeconds, 0, Rates.MOST_SECONDS) - seconds);
        }
    }
}
