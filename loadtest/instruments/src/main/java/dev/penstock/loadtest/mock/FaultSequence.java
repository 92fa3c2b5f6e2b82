package dev.penstock.loadtest.mock;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Whose turn it is to fail: the draws of a mix one after the other, over all event loops. */
final class FaultSequence {
    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

    private final FaultMix mix;
    private final boolean silent;
    private final AtomicLong drawn = new AtomicLong();

    FaultSequence(FaultMix mix) {
        this.mix = mix;
        this.silent = mix.probabilities().values().stream().allMatch(probability -> probability == 0);
    }

    FaultMix mix() {
        return mix;
    }

    Optional<Fault> next() {
        return silent ? Optional.empty() : mix.at(point(drawn.incrementAndGet()));
    }

    /** SplitMix64 by its index, so that no lock orders the draws (Steele, Lea and Flood, OOPSLA 2014). */
    private double point(long index) {
        long bits = mix.seed() + index * GOLDEN_GAMMA;
        bits = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
        bits = (bits ^ (bits >>> 27)) * 0x94d049bb133111ebL;
        return ((bits ^ (bits >>> 31)) >>> 11) * 0x1p-53;
    }
}
