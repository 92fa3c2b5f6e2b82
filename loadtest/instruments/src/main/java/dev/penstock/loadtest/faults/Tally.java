package dev.penstock.loadtest.faults;

import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts what a proxy does. */
final class Tally {
    final LongAdder accepted = new LongAdder();
    final LongAdder ended = new LongAdder();
    final LongAdder unreached = new LongAdder();
    final LongAdder resets = new LongAdder();
    final LongAdder truncations = new LongAdder();
    final LongAdder flippedBits = new LongAdder();
    private final Map<Direction, LongAdder> bytes =
            Map.of(Direction.TO_TARGET, new LongAdder(), Direction.TO_CLIENT, new LongAdder());

    LongAdder bytes(Direction direction) {
        return bytes.getOrDefault(direction, new LongAdder());
    }

    ProxyCounters counters() {
        // Ended is read first: a connection that ends in between is counted as open, never as less than none.
        long gone = ended.sum();
        long all = accepted.sum();
        return new ProxyCounters(
                all,
                all - gone,
                unreached.sum(),
                bytes(Direction.TO_TARGET).sum(),
                bytes(Direction.TO_CLIENT).sum(),
                resets.sum(),
                truncations.sum(),
                flippedBits.sum());
    }
}
