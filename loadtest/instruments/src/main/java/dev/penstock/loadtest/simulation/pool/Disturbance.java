package dev.penstock.loadtest.simulation.pool;

import java.util.List;

/** Something that goes wrong for a while. Times are nanoseconds from the start. */
public sealed interface Disturbance {
    /** The slots of those whom it befalls. */
    List<Integer> slots();

    /** When it begins. */
    long fromNanos();

    /** When it is over. */
    long untilNanos();

    /** Workers die with all they have, and come back with empty caches. */
    record Death(List<Integer> slots, long fromNanos, long untilNanos) implements Disturbance {
        public Death {
            slots = List.copyOf(slots);
        }
    }

    /**
     * Links to workers are cut.
     *
     * @param periodNanos how long each cut lasts and each pause between two; 0 is one cut for all of the time
     */
    record Cut(List<Integer> slots, long fromNanos, long untilNanos, long periodNanos) implements Disturbance {
        public Cut {
            slots = List.copyOf(slots);
        }
    }

    /** A round trip takes longer. */
    record Slow(List<Integer> slots, long fromNanos, long untilNanos, double extraSeconds) implements Disturbance {
        public Slow {
            slots = List.copyOf(slots);
        }
    }
}
