package dev.penstock.gateway.pipeline;

import dev.penstock.gateway.pipeline.Placement.Placed;
import dev.penstock.routing.RoutePlan.Start;
import java.util.Locale;
import java.util.OptionalDouble;

/** What decides whether a cascade goes on, in numbers and in words. */
final class Escalations {
    private Escalations() {}

    /** The confidence below which that attempt of the plan is asked. */
    static double minConfidence(Placed placed, int next) {
        return placed.plan().attempts().get(next).start() instanceof Start.Escalation escalation
                ? escalation.minConfidence()
                : 0;
    }

    /** For {@code x-penstock-reason}. */
    static String reason(OptionalDouble confidence, double least) {
        if (confidence.isEmpty()) {
            return "cascade: confidence unknown";
        }
        double found = confidence.getAsDouble();
        return String.format(
                Locale.ROOT, "cascade: confidence %.3f %s %.3f", found, found >= least ? ">=" : "<", least);
    }
}
