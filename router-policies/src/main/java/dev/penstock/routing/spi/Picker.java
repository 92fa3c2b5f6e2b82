package dev.penstock.routing.spi;

import dev.penstock.routing.LoadView;
import dev.penstock.routing.RoutingContext;

/**
 * Puts those who passed in the order in which they are to be tried. Pure but for {@link RoutingContext#random}, or for state
 * of its own that is safe for many threads (round-robin's counter).
 */
public interface Picker {
    /**
     * Picks.
     *
     * @param rows row numbers of those who passed; the first {@code count} count, at least one; may be reordered
     * @param costs their costs by the same index; may be reordered with them
     * @param picked filled from the front with the row numbers picked, no one twice
     * @return how many were picked: as many as {@code picked} holds, or all of {@code count} where that is less
     */
    int pick(
            RoutingContext context,
            Candidates candidates,
            LoadView load,
            int[] rows,
            int count,
            double[] costs,
            int[] picked);
}
