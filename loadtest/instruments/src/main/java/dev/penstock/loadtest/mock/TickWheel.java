package dev.penstock.loadtest.mock;

import java.util.ArrayList;
import java.util.List;

/**
 * What is due later on one event loop, to the millisecond and never early. Thousands of streams share one timer, and to
 * wait costs each of them an entry in a list (Varghese and Lauck, Hashed and Hierarchical Timing Wheels, SOSP 1987).
 * Nothing is cancelled: whoever no longer waits does nothing when its time comes.
 */
final class TickWheel {
    private static final long TICK_NANOS = 1_000_000;
    private static final int SLOTS = 4096;

    private final long origin;
    private final List<List<Entry>> slots = new ArrayList<>(SLOTS);
    private final List<Entry> ripe = new ArrayList<>();
    private long lastTick;
    private int waiting;

    private record Entry(long tick, Runnable action) {}

    /** A wheel that begins at a time of the clock that it is asked by. */
    TickWheel(long nanos) {
        this.origin = nanos;
        for (int i = 0; i < SLOTS; i++) {
            slots.add(new ArrayList<>(0));
        }
    }

    boolean isEmpty() {
        return waiting == 0;
    }

    /** Runs the action in the first {@link #advance} from {@code dueNanos} on. */
    void schedule(long nowNanos, long dueNanos, Runnable action) {
        if (waiting == 0) {
            // Nobody turned the wheel while there was nothing on it.
            lastTick = Math.max(lastTick, Math.floorDiv(nowNanos - origin, TICK_NANOS));
        }
        long tick = Math.max(lastTick + 1, Math.ceilDiv(dueNanos - origin, TICK_NANOS));
        slots.get((int) (tick & (SLOTS - 1))).add(new Entry(tick, action));
        waiting++;
    }

    /** Runs what is due, in order to the millisecond. */
    void advance(long nowNanos) {
        long now = Math.floorDiv(nowNanos - origin, TICK_NANOS);
        // After a pause of more than a round, one round meets every slot.
        for (long tick = Math.max(lastTick + 1, now - SLOTS + 1); tick <= now; tick++) {
            collect(slots.get((int) (tick & (SLOTS - 1))), now);
        }
        lastTick = Math.max(lastTick, now);
        waiting -= ripe.size();
        // They may schedule more, but never for a tick that has been.
        for (int i = 0; i < ripe.size(); i++) {
            ripe.get(i).action().run();
        }
        ripe.clear();
    }

    private void collect(List<Entry> slot, long now) {
        int kept = 0;
        for (int i = 0; i < slot.size(); i++) {
            Entry entry = slot.get(i);
            if (entry.tick() <= now) {
                ripe.add(entry);
            } else {
                slot.set(kept++, entry);
            }
        }
        slot.subList(kept, slot.size()).clear();
    }
}
