package dev.penstock.loadtest.simulation.pool;

import dev.penstock.loadtest.simulation.engine.Shape;
import dev.penstock.routing.Worker;

/**
 * A worker of the pool.
 *
 * @param worker as gateways know it; its slot is its place among the members
 * @param shape how its engine behaves
 * @param link how it is reached
 * @param provisionedPerHour US dollars that an hour of it costs, busy or not
 */
public record Member(Worker worker, Shape shape, Link link, double provisionedPerHour) {
    /**
     * A link.
     *
     * @param rttSeconds a round trip, on the median
     * @param jitter the standard deviation of its logarithm, 0 for none
     */
    public record Link(double rttSeconds, double jitter) {
        public Link {
            if (!(rttSeconds >= 0) || !(jitter >= 0)) {
                throw new IllegalArgumentException(
                        "link: " + rttSeconds + " s, jitter " + jitter + " (expected: each >= 0)");
            }
        }
    }
}
