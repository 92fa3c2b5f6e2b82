package dev.penstock.loadtest.mock;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Counts, from all event loops. */
final class MockTally {
    final LongAdder requests = new LongAdder();
    final LongAdder answered = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder limited = new LongAdder();
    final LongAdder abandoned = new LongAdder();
    final LongAdder failed = new LongAdder();
    final LongAdder streams = new LongAdder();

    /** Requests in generation: those of them that are waiting for their body, too. */
    final AtomicInteger inFlight = new AtomicInteger();

    private final Map<Fault, LongAdder> faults = new EnumMap<>(Fault.class);

    MockTally() {
        for (Fault fault : Fault.values()) {
            faults.put(fault, new LongAdder());
        }
    }

    void fault(Fault fault) {
        faults.getOrDefault(fault, new LongAdder()).increment();
    }

    MockCounters counters() {
        Map<Fault, Long> byFault = new EnumMap<>(Fault.class);
        faults.forEach((fault, count) -> byFault.put(fault, count.sum()));
        return new MockCounters(
                requests.sum(),
                answered.sum(),
                refused.sum(),
                limited.sum(),
                abandoned.sum(),
                failed.sum(),
                inFlight.get(),
                streams.sum(),
                byFault);
    }
}
