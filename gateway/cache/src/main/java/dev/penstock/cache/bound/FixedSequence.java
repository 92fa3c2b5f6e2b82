package dev.penstock.cache.bound;

import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Finds the loosest threshold under which so few are wrong, by fixed-sequence testing (as in Learn then Test, Angelopoulos
 * et al., arXiv 2110.01052): from strict to loose, each threshold is tested for its share of wrong ones being above the
 * target, and the first that cannot be ruled out ends the sequence. With probability {@code 1 - alpha} the one that is found
 * keeps the target, however many were tested. Which thresholds are tested is settled by the scores alone, never by what is
 * wrong.
 */
public final class FixedSequence {
    /** Of the scores, how many lie between two thresholds that are tested. */
    private static final double STEP = 0.01;
    /** Sequences, each with its share of alpha and twice as many to begin with: one early mistake does not end them all. */
    private static final int STARTS = 4;

    private FixedSequence() {}

    /**
     * One that would be served, if its score is high enough.
     *
     * @param wrong whether it should not be
     */
    public record Scored(double score, boolean wrong) {}

    /** How many must be right in a row to prove a target: {@code ln alpha / ln(1 - target)}; 299 of 1 % at 0.05. */
    public static long least(double target, double alpha) {
        return (long) Math.ceil(Math.log(alpha) / Math.log1p(-target));
    }

    /**
     * The loosest threshold.
     *
     * @param target the most that may be wrong of those served, above 0 and below 1
     * @param alpha the probability of a mistake, above 0 and below 1
     * @return empty where none keeps it, or there are too few to tell
     */
    public static OptionalDouble loosest(List<Scored> scored, double target, double alpha) {
        Scored[] strictFirst = scored.stream()
                .sorted(Comparator.comparingDouble(Scored::score).reversed())
                .toArray(Scored[]::new);
        long[] wrong = new long[strictFirst.length + 1];
        for (int i = 0; i < strictFirst.length; i++) {
            wrong[i + 1] = wrong[i] + (strictFirst[i].wrong() ? 1 : 0);
        }
        OptionalDouble found = OptionalDouble.empty();
        double each = alpha / STARTS;
        long first = least(target, each);
        for (int start = 0; start < STARTS; start++, first *= 2) {
            OptionalDouble chain = loosest(strictFirst, wrong, first, target, each);
            if (chain.isPresent() && (found.isEmpty() || chain.getAsDouble() < found.getAsDouble())) {
                found = chain;
            }
        }
        return found;
    }

    private static OptionalDouble loosest(Scored[] strictFirst, long[] wrong, long first, double target, double alpha) {
        OptionalDouble found = OptionalDouble.empty();
        int step = Math.max(1, (int) (STEP * strictFirst.length));
        for (long hits = first; hits <= strictFirst.length; hits += step) {
            int all = withEquals(strictFirst, (int) hits);
            if (Binomial.atMost(wrong[all], all, target) > alpha) {
                break;
            }
            found = OptionalDouble.of(strictFirst[all - 1].score());
        }
        return found;
    }

    /** A threshold serves all of one score. */
    private static int withEquals(Scored[] strictFirst, int hits) {
        int all = hits;
        while (all < strictFirst.length && strictFirst[all].score() == strictFirst[hits - 1].score()) {
            all++;
        }
        return all;
    }
}
