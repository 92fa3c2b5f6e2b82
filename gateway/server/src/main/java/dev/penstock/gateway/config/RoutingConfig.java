package dev.penstock.gateway.config;

import dev.penstock.runtime.config.Default;
import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Range;

/** Who gets a request. */
@Doc("Who gets a request.")
public record RoutingConfig(
        @Doc("""
                `two-choices`: of two workers drawn at random, the one with fewer outstanding requests for its capacity.""") @Default("two-choices") Policy policy,

        @Doc("Workers tried for one request at most; the next one only before the first content byte.")
        @Default("3")
        @Range(min = "1", max = "10")
        int maxAttempts,

        @Doc("What must hold of whoever runs any request: the floor that keys and headers can only tighten.")
        @Default("{}")
        ConstraintsConfig constraints) {
    /** The policies there are. */
    public enum Policy {
        /** {@link dev.penstock.routing.policy.TwoChoices}. */
        TWO_CHOICES
    }
}
