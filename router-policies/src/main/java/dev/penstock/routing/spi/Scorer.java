package dev.penstock.routing.spi;

import dev.penstock.routing.LoadView;
import dev.penstock.routing.RoutingContext;

/** A term of what it costs to send a request to a worker, in a unit of the real world. Pure and thread safe. */
public interface Scorer {
    /** What the term is counted in. */
    enum Unit {
        /** Made dollars by {@link dev.penstock.routing.Worth#dollarsPerSecond}. */
        SECONDS,
        DOLLARS,
        /** Of no unit: a policy that compares by it compares by it alone. */
        RATIO
    }

    /** What it counts in. */
    Unit unit();

    /**
     * Adds {@code scale} times the term of row {@code rows[k]} to {@code costs[k]}, for each k below {@code count}. Less is
     * better; infinite is a last resort. Not NaN.
     */
    void add(
            RoutingContext context,
            Candidates candidates,
            LoadView load,
            int[] rows,
            int count,
            double scale,
            double[] costs);
}
