package dev.penstock.loadtest.simulation.clock;

/** Something that happens at a moment. */
@FunctionalInterface
public interface Event {
    /** It happens. */
    void happen();
}
