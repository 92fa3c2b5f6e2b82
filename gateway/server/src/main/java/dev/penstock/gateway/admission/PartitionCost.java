package dev.penstock.gateway.admission;

/**
 * What a token costs where some gateways are out of sight: {@code known / here} tokens of the bucket. Whole ones are taken,
 * and what was paid too much is credited to the next.
 *
 * <p>Not thread safe.
 */
final class PartitionCost {
    private double each = 1;
    private double credit;

    private static double of(int here, int known) {
        return known > here && here > 0 ? (double) known / here : 1;
    }

    boolean changes(int here, int known) {
        return of(here, known) != each;
    }

    void set(int here, int known) {
        each = of(here, known);
        credit = 0;
    }

    double each() {
        return each;
    }

    /** What to take for so many, at least 1. */
    long of(long tokens) {
        if (each == 1) {
            return tokens;
        }
        double exact = (double) tokens * each - credit;
        long whole = Math.max(1, (long) Math.ceil(exact));
        credit = (double) whole - exact;
        return whole;
    }

    /** It was not had at that cost after all. */
    void refused(long tokens, long whole) {
        if (each != 1) {
            credit -= (double) whole - (double) tokens * each;
        }
    }

    /** What to give back of so many. */
    long back(long tokens) {
        if (each == 1) {
            return tokens;
        }
        double exact = (double) tokens * each + credit;
        long whole = (long) Math.max(0, exact);
        credit = exact - (double) whole;
        return whole;
    }
}
