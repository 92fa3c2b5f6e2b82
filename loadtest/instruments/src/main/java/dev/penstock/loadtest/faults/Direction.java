package dev.penstock.loadtest.faults;

/** Which way bytes go through a proxy. */
public enum Direction {
    /** What who connected sends: requests. */
    TO_TARGET,
    /** What the target sends: answers. */
    TO_CLIENT
}
