package dev.penstock.loadtest.replay;

import dev.penstock.routing.capture.LoggedDecision;
import org.jspecify.annotations.Nullable;

/** What is told of a policy, each per request on average. */
enum Figure {
    /** What requests cost, in US dollars. */
    DOLLARS("dollars") {
        @Override
        double forecast(LoggedDecision.Estimate estimate) {
            return orNan(estimate.dollars());
        }

        @Override
        double observed(LoggedDecision.Outcome outcome) {
            return orNan(outcome.costUsd());
        }
    },
    /** From the decision to the first token, in seconds. */
    FIRST_TOKEN("first_token_seconds") {
        @Override
        double forecast(LoggedDecision.Estimate estimate) {
            return orNan(estimate.firstTokenSeconds());
        }

        @Override
        double observed(LoggedDecision.Outcome outcome) {
            Double first = outcome.firstTokenMs();
            return first == null ? Double.NaN : Math.max(0, first - outcome.queuedMs()) / MILLIS;
        }
    },
    /** From the decision to the end, in seconds. */
    SECONDS("seconds") {
        @Override
        double forecast(LoggedDecision.Estimate estimate) {
            return orNan(estimate.seconds());
        }

        @Override
        double observed(LoggedDecision.Outcome outcome) {
            return Math.max(0, outcome.totalMs() - outcome.queuedMs()) / MILLIS;
        }
    };

    private static final double MILLIS = 1000;

    private final String label;

    Figure(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }

    /** As it was forecast; NaN where nothing was. */
    abstract double forecast(LoggedDecision.Estimate estimate);

    /** As it was; NaN where that is unknown. */
    abstract double observed(LoggedDecision.Outcome outcome);

    private static double orNan(@Nullable Double value) {
        return value == null ? Double.NaN : value;
    }
}
