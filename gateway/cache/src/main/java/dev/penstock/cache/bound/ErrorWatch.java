package dev.penstock.cache.bound;

import java.util.Arrays;
import java.util.OptionalDouble;

/**
 * Watches whether a target is kept while answers are served: each checked answer counts for every threshold that would have
 * served it. A threshold is given up as soon as there is {@linkplain Evidence evidence} that more than the target are wrong
 * under it, and the next stricter one holds; where none is left, nothing is served. Without cause any of this happens with a
 * probability of at most {@code alpha}, over all time and all thresholds. One that was given up holds again when there is
 * evidence, of what came since, that fewer than the target are wrong.
 *
 * <p>So that a long good past does not hide a bad present, every threshold is watched from its beginning and also in
 * blocks of 400, each by itself: block j has a share of {@code 1 / (j (j + 1))} of the probability, which sums to 1.
 *
 * <p>Thread safe.
 */
public final class ErrorWatch {
    private static final int BLOCK = 400;

    private final double target;
    private final double alpha;
    private final Level[] levels;

    /** One threshold. Guarded by the watch. */
    private static final class Level {
        final double threshold;
        final double target;
        boolean broken;
        Evidence always;
        Evidence block;
        Evidence recovered;
        long observed;
        long wrong;
        int blocks = 1;
        int inBlock;
        int attempts = 1;

        Level(double threshold, double target) {
            this.threshold = threshold;
            this.target = target;
            this.always = Evidence.above(target);
            this.block = Evidence.above(target);
            this.recovered = Evidence.below(target);
        }

        void observe(boolean isWrong, double alpha) {
            observed++;
            wrong += isWrong ? 1 : 0;
            if (broken) {
                recover(isWrong, alpha);
            } else {
                watch(isWrong, alpha);
            }
        }

        private void watch(boolean isWrong, double alpha) {
            always.observe(isWrong);
            block.observe(isWrong);
            inBlock++;
            if (always.reaches(alpha / 2) || block.reaches(share(alpha / 2, blocks))) {
                broken = true;
                recovered = Evidence.below(target);
            } else if (inBlock == BLOCK) {
                begin();
            }
        }

        /** What speaks against it is not held against what comes after: it begins anew, and needs a little more. */
        private void recover(boolean isWrong, double alpha) {
            recovered.observe(isWrong);
            if (recovered.reaches(share(alpha, attempts))) {
                broken = false;
                always = Evidence.above(target);
                begin();
            } else if (recovered.log() < 0) {
                attempts++;
                recovered = Evidence.below(target);
            }
        }

        private static double share(double alpha, int part) {
            return alpha / part / (part + 1.0);
        }

        private void begin() {
            blocks++;
            inBlock = 0;
            block = Evidence.above(target);
        }
    }

    /**
     * A watch that has seen nothing.
     *
     * @param target the most that may be wrong of those served, above 0 and below 1
     * @param alpha the probability of a change without cause, above 0 and below 1
     * @param thresholds that may hold, at least one
     */
    public ErrorWatch(double target, double alpha, double... thresholds) {
        if (!(target > 0 && target < 1) || !(alpha > 0 && alpha < 1) || thresholds.length == 0) {
            throw new IllegalArgumentException("target: " + target + ", alpha: " + alpha + ", thresholds: "
                    + thresholds.length + " (expected: above 0 and below 1 both, and at least one)");
        }
        this.target = target;
        this.alpha = alpha;
        this.levels = Arrays.stream(thresholds)
                .sorted()
                .mapToObj(threshold -> new Level(threshold, target))
                .toArray(Level[]::new);
    }

    /**
     * An answer was checked.
     *
     * @param probability that it was judged by
     */
    public synchronized void observe(double probability, boolean wrong) {
        for (Level level : levels) {
            if (probability >= level.threshold) {
                level.observe(wrong, alpha / levels.length);
            }
        }
    }

    /** The loosest threshold that holds; empty where nothing may be served. */
    public synchronized OptionalDouble threshold() {
        return Arrays.stream(levels)
                .filter(level -> !level.broken)
                .mapToDouble(level -> level.threshold)
                .min();
    }

    /** How many answers were checked that the loosest threshold would have served. */
    public synchronized long observed() {
        return levels[0].observed;
    }

    /** How many of them were wrong. */
    public synchronized long wrong() {
        return levels[0].wrong;
    }

    /** What may be wrong of those served. */
    public double target() {
        return target;
    }
}
