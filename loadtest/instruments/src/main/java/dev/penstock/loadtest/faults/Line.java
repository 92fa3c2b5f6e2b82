package dev.penstock.loadtest.faults;

import java.util.List;
import java.util.function.BooleanSupplier;

/** One direction of all connections of a proxy: what is wrong with it, and a place to wait until that changes. */
final class Line {
    private Conditions conditions = Conditions.of(0, List.of());

    synchronized Conditions conditions() {
        return conditions;
    }

    synchronized Conditions set(List<Fault> faults) {
        conditions = Conditions.of(conditions.version() + 1, faults);
        notifyAll();
        return conditions;
    }

    /** Waits while nothing passes, or until it is of no use any more. */
    synchronized Conditions awaitPassage(BooleanSupplier useless) throws InterruptedException {
        while (conditions.blackhole() && !useless.getAsBoolean()) {
            wait();
        }
        return conditions;
    }
}
