package dev.penstock.gateway.cluster;

import dev.penstock.routing.Directory;
import dev.penstock.routing.LoadView;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;

/** The load view: arrays by slot, written by whoever learns something, read without locks. */
final class LoadBoard implements LoadView {
    private final AtomicIntegerArray inFlight = new AtomicIntegerArray(Directory.MAX_WORKERS);
    private final AtomicIntegerArray reported = new AtomicIntegerArray(Directory.MAX_WORKERS);
    private final AtomicIntegerArray available = new AtomicIntegerArray(Directory.MAX_WORKERS);
    private final AtomicLongArray heardNanos = new AtomicLongArray(Directory.MAX_WORKERS);
    private final AtomicBoolean roomCameUp = new AtomicBoolean();
    private final LongSupplier nanoClock;

    LoadBoard(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    @Override
    public int inFlight(int slot) {
        return inFlight.get(slot);
    }

    @Override
    public int reportedLoad(int slot) {
        return reported.get(slot);
    }

    @Override
    public boolean available(int slot) {
        return available.get(slot) != 0;
    }

    @Override
    public long ageMillis(int slot) {
        return Math.max(0, (nanoClock.getAsLong() - heardNanos.get(slot)) / 1_000_000);
    }

    void reset(int slot, long nowNanos) {
        reported.set(slot, 0);
        available.set(slot, 0);
        heardNanos.set(slot, nowNanos);
    }

    int addInFlight(int slot, int change) {
        return inFlight.addAndGet(slot, change);
    }

    void report(int slot, int load) {
        reported.set(slot, load);
    }

    /** Returns whether that is a change. */
    boolean setAvailable(int slot, boolean value) {
        boolean changed = available.getAndSet(slot, value ? 1 : 0) != 0 != value;
        if (changed && value) {
            roomCameUp.set(true);
        }
        return changed;
    }

    /** Whether a worker became available since this was last asked. */
    boolean takeRoomCameUp() {
        return roomCameUp.get() && roomCameUp.getAndSet(false);
    }

    void heard(int slot, long nowNanos) {
        heardNanos.set(slot, nowNanos);
    }

    long heardNanos(int slot) {
        return heardNanos.get(slot);
    }
}
