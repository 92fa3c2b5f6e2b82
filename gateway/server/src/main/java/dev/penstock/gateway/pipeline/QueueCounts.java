package dev.penstock.gateway.pipeline;

import dev.penstock.gateway.config.Criticality;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/** How many requests wait for room, and how many did so in vain, by criticality. Thread safe. */
public final class QueueCounts {
    private final Map<Criticality, AtomicLong> waiting = zeros();
    private final Map<Criticality, AtomicLong> shed = zeros();
    private final Map<Criticality, AtomicLong> expired = zeros();

    private static Map<Criticality, AtomicLong> zeros() {
        Map<Criticality, AtomicLong> zeros = new EnumMap<>(Criticality.class);
        for (Criticality criticality : Criticality.values()) {
            zeros.put(criticality, new AtomicLong());
        }
        return zeros;
    }

    private static AtomicLong of(Map<Criticality, AtomicLong> counts, Criticality criticality) {
        return Objects.requireNonNull(counts.get(criticality));
    }

    void waits(Criticality criticality, int more) {
        of(waiting, criticality).addAndGet(more);
    }

    void sheds(Criticality criticality) {
        of(shed, criticality).incrementAndGet();
    }

    void expires(Criticality criticality) {
        of(expired, criticality).incrementAndGet();
    }

    /** Requests that wait at this moment. */
    public long waiting(Criticality criticality) {
        return of(waiting, criticality).get();
    }

    /** Requests that were refused, on coming or later, since more came than may wait. */
    public long shed(Criticality criticality) {
        return of(shed, criticality).get();
    }

    /** Requests that waited as long as they may. */
    public long expired(Criticality criticality) {
        return of(expired, criticality).get();
    }
}
