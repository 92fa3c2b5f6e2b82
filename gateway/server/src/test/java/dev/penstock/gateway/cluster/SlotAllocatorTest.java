package dev.penstock.gateway.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.routing.Directory;
import java.util.BitSet;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class SlotAllocatorTest {
    @Test
    void givesEachSlotOnceAndThenNone() {
        SlotAllocator slots = new SlotAllocator();
        BitSet given = new BitSet();
        for (int i = 0; i < Directory.MAX_WORKERS; i++) {
            given.set(slots.take().orElseThrow());
        }
        assertEquals(Directory.MAX_WORKERS, given.cardinality());
        assertEquals(Directory.MAX_WORKERS, given.length());
        assertTrue(slots.take().isEmpty());
        slots.giveBack(17);
        assertEquals(OptionalInt.of(17), slots.take());
        assertTrue(slots.take().isEmpty());
    }

    @Test
    void givesASlotAgainAsLateAsPossible() {
        SlotAllocator slots = new SlotAllocator();
        int first = slots.take().orElseThrow();
        slots.giveBack(first);
        for (int i = 1; i < Directory.MAX_WORKERS; i++) {
            int slot = slots.take().orElseThrow();
            assertTrue(slot != first, "after " + i);
            slots.giveBack(slot);
        }
        assertEquals(OptionalInt.of(first), slots.take());
    }
}
