package dev.penstock.routing;

/**
 * What is known of the workers' load at this moment, by {@link Worker#slot}. Reads are cheap, unlocked and may be a few
 * microseconds apart from one another: a policy treats them as samples.
 */
public interface LoadView {
    /** Requests this gateway has dispatched to the worker and not yet seen the end of. */
    int inFlight(int slot);

    /** Requests the worker itself last reported as running or queued, from all gateways; 0 where it reports none. */
    int reportedLoad(int slot);

    /** Whether the worker may be sent requests: alive by lease and probe, not draining. */
    boolean available(int slot);

    /** Milliseconds since anything was last heard of the worker. */
    long ageMillis(int slot);
}
