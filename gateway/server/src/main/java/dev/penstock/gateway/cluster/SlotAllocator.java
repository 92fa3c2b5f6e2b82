package dev.penstock.gateway.cluster;

import dev.penstock.routing.Directory;
import java.util.BitSet;
import java.util.OptionalInt;

/**
 * Gives workers their rows in the load view. A row is given again only after it was given back, and as late as possible:
 * the search goes round, so that whoever still reads by an old directory is unlikely to meet a newcomer in it.
 */
final class SlotAllocator {
    private final BitSet taken = new BitSet(Directory.MAX_WORKERS);
    private int next;

    /** A free slot; empty when there is none. */
    synchronized OptionalInt take() {
        int slot = taken.nextClearBit(next);
        if (slot >= Directory.MAX_WORKERS) {
            slot = taken.nextClearBit(0);
        }
        if (slot >= Directory.MAX_WORKERS) {
            return OptionalInt.empty();
        }
        taken.set(slot);
        next = (slot + 1) % Directory.MAX_WORKERS;
        return OptionalInt.of(slot);
    }

    synchronized void giveBack(int slot) {
        taken.clear(slot);
    }
}
