package dev.penstock.cache.judge;

import dev.penstock.cache.wording.Wording;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

/**
 * What a pair of questions is judged by. Each speaks for one answer or against it, and never the other way: what a
 * calibration may find is how much.
 */
public enum Feature {
    /** The cosine of the embeddings, from -1 to 1. */
    COSINE(true),
    /** Its square. */
    COSINE_SQUARED(true),
    /**
     * The weight of the words that both have, {@value #MOST_SHARED} at most: of two pairs of one cosine the one that says more
     * in common is surer. No more than that, since two long questions from one template have much in common and ask different
     * things.
     */
    SHARED(true),
    /** That, as a share of all their words. */
    OVERLAP(true),
    /** Sequences of four letters that both have, as a share: misspelt words are the same words. */
    LETTERS(true),
    /** The weight of the words that one has and the other has not. */
    UNSHARED(false),
    /** The weightiest of them. */
    WEIGHTIEST(false),
    /** The weightiest of the one that has the lighter ones: both say something else. */
    EXCHANGED(false),
    /** How much longer one is: the logarithm of the ratio of their words. */
    LENGTHS(false),
    /** 1 where they ask with other words: how, why. */
    ASKED(false),
    /** 1 where one denies what the other does not. */
    NEGATED(false),
    /** Names of one that the other has not: their number, at most 3. */
    NAMED(false);

    /** Few pairs that were calibrated with have more: what more would mean has not been seen. */
    private static final double MOST_SHARED = 3.5;

    private final boolean speaksFor;

    Feature(boolean speaksFor) {
        this.speaksFor = speaksFor;
    }

    /** Whether more of it makes one answer likelier. */
    boolean speaksFor() {
        return speaksFor;
    }

    /** As a file of a judge has it. */
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** All of them, in their order, of a pair. The order of the two does not matter. */
    static double[] of(Wording one, Wording other, double cosine) {
        double shared = 0;
        for (Map.Entry<String, Double> word : one.content().entrySet()) {
            shared += other.content().containsKey(word.getKey()) ? word.getValue() : 0;
        }
        double weight = one.weight();
        double otherWeight = other.weight();
        double all = weight + otherWeight - shared;
        double heaviest = heaviestUnshared(one, other);
        double otherHeaviest = heaviestUnshared(other, one);
        return new double[] {
            cosine,
            cosine * cosine,
            Math.min(MOST_SHARED, shared),
            all == 0 ? 0 : shared / all,
            letters(one, other),
            all - shared,
            Math.max(heaviest, otherHeaviest),
            Math.min(heaviest, otherHeaviest),
            Math.abs(Math.log((1.0 + one.words().size()) / (1.0 + other.words().size()))),
            one.asks().equals(other.asks()) ? 0 : 1,
            one.negated() == other.negated() ? 0 : 1,
            Math.min(3, unshared(one, other) + unshared(other, one))
        };
    }

    private static double heaviestUnshared(Wording one, Wording other) {
        double most = 0;
        for (Map.Entry<String, Double> word : one.content().entrySet()) {
            if (word.getValue() > most && !other.content().containsKey(word.getKey())) {
                most = word.getValue();
            }
        }
        return most;
    }

    private static long unshared(Wording one, Wording other) {
        return one.names().stream()
                .filter(name -> !other.words().contains(name))
                .count();
    }

    /** Sequences are four characters in the bits of one number. */
    private static double letters(Wording one, Wording other) {
        long[] ours = fours(one);
        long[] theirs = fours(other);
        int shared = 0;
        int at = 0;
        for (long each : ours) {
            while (at < theirs.length && theirs[at] < each) {
                at++;
            }
            shared += at < theirs.length && theirs[at] == each ? 1 : 0;
        }
        int all = ours.length + theirs.length;
        return all == 0 ? 0 : (double) shared / (all - shared);
    }

    /** Each once, in ascending order. */
    private static long[] fours(Wording of) {
        String text = " " + String.join(" ", of.words()) + " ";
        long[] fours = new long[Math.max(0, text.length() - 3)];
        long four = 0;
        for (int i = 0; i < text.length(); i++) {
            four = four << Character.SIZE | text.charAt(i);
            if (i >= 3) {
                fours[i - 3] = four;
            }
        }
        Arrays.sort(fours);
        int distinct = 0;
        for (int i = 0; i < fours.length; i++) {
            if (i == 0 || fours[i] != fours[i - 1]) {
                fours[distinct++] = fours[i];
            }
        }
        return Arrays.copyOf(fours, distinct);
    }
}
