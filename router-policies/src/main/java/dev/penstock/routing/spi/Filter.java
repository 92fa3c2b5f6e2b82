package dev.penstock.routing.spi;

import dev.penstock.routing.LoadView;
import dev.penstock.routing.NoCandidate;
import dev.penstock.routing.RoutingContext;

/**
 * A hard rule: who fails it is out, whatever it would cost. Pure and thread safe. Takes many rows at once, since a decision
 * over a thousand workers has 25 microseconds.
 */
public interface Filter {
    /** Its name, as refusals and explanations have it. */
    default String name() {
        return getClass().getSimpleName();
    }

    /**
     * Keeps the rows that pass, in their order, at the front of the array.
     *
     * @param rows row numbers; the first {@code count} are those that are left. Untouched where nobody passes
     * @return how many passed
     */
    int keep(RoutingContext context, Candidates candidates, LoadView load, int[] rows, int count);

    /**
     * Why nobody passed.
     *
     * @param rows those who were left before, at least one
     */
    NoCandidate refusal(RoutingContext context, Candidates candidates, LoadView load, int[] rows, int count);
}
