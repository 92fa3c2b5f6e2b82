package dev.penstock.loadtest.bench;

import java.io.IOException;
import java.util.Optional;

/** Something to compare: the mock itself, or what stands before it. */
public interface BenchTarget {
    /** As options and reports write it. */
    String name();

    /** Why it cannot be started here; empty where it can. */
    Optional<String> missing();

    /** Whether it is slow until it has run for a while. */
    boolean warmsUp();

    /**
     * Starts it, and returns when it serves.
     *
     * @throws IOException when it does not start; says what it printed last
     */
    RunningTarget start(TargetSetup setup) throws IOException, InterruptedException;
}
