package dev.penstock.routing.limit;

/** What came of asking a worker how it is. */
public enum ProbeResult {
    /** It answered, and takes requests. */
    ALIVE,
    /** It answered that it takes none now, or in a way that no healthy worker does. */
    UNREADY,
    /** The connection was refused or broke. */
    BROKEN,
    /** No answer in time. */
    TIMED_OUT
}
