package dev.penstock.loadtest.simulation;

import dev.penstock.runtime.config.Default;
import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Range;
import java.util.List;

/** Something that goes wrong. Moments are shares of the trace's length, so that they fall alike whatever the load. */
public sealed interface FaultPlan {
    /** Whom it befalls. */
    List<String> workers();

    /** When it begins. */
    double from();

    /** When it ends. */
    double until();

    /** Workers die and come back. */
    @Doc("Workers die with all that they have, and come back with empty caches.")
    record Death(
            @Doc("Names of workers, or of groups for all of theirs.")
            List<String> workers,

            @Doc("From where in the trace, 0 to 1.") @Range(min = "0", max = "1")
            double from,

            @Doc("Until where in the trace.") @Range(min = "0", max = "2")
            double until)
            implements FaultPlan {
        public Death {
            check(workers, from, until);
        }
    }

    /** Links are cut. */
    @Doc("Links to workers are cut: nothing comes or goes.")
    record LinkDown(
            @Doc("Names of workers, or of groups for all of theirs.")
            List<String> workers,

            @Doc("From where in the trace, 0 to 1.") @Range(min = "0", max = "1")
            double from,

            @Doc("Until where in the trace.") @Range(min = "0", max = "2")
            double until)
            implements FaultPlan {
        public LinkDown {
            check(workers, from, until);
        }
    }

    /** Links flap. */
    @Doc("Links to workers come and go.")
    record LinkFlapping(
            @Doc("Names of workers, or of groups for all of theirs.")
            List<String> workers,

            @Doc("From where in the trace, 0 to 1.") @Range(min = "0", max = "1")
            double from,

            @Doc("Until where in the trace.") @Range(min = "0", max = "2")
            double until,

            @Doc("How long each cut lasts, and each pause between two, in seconds.")
            @Default("5")
            @Range(min = "0.1", max = "100000")
            double period)
            implements FaultPlan {
        public LinkFlapping {
            check(workers, from, until);
        }
    }

    /** Links are slow. */
    @Doc("Round trips to workers take longer.")
    record LinkSlow(
            @Doc("Names of workers, or of groups for all of theirs.")
            List<String> workers,

            @Doc("From where in the trace, 0 to 1.") @Range(min = "0", max = "1")
            double from,

            @Doc("Until where in the trace.") @Range(min = "0", max = "2")
            double until,

            @Doc("By how many seconds.") @Default("0.3") @Range(min = "0", max = "60")
            double extra)
            implements FaultPlan {
        public LinkSlow {
            check(workers, from, until);
        }
    }

    private static void check(List<String> workers, double from, double until) {
        if (workers.isEmpty()) {
            throw new IllegalArgumentException("workers: none (expected: at least one name)");
        }
        if (until <= from) {
            throw new IllegalArgumentException("until: " + until + " (expected: more than from, " + from + ")");
        }
    }
}
