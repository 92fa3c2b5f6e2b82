package dev.penstock.routing;

/**
 * What is known of the workers' load at this moment, by {@link Worker#slot}. Reads are cheap, unlocked and may be a few
 * microseconds apart from one another: a policy treats them as samples.
 */
public interface LoadView {
    /** Places of the requests this gateway has dispatched to the worker and not yet seen the end of. */
    int inFlight(int slot);

    /** Requests the worker itself last reported as running or queued, from all gateways; 0 where it reports none. */
    int reportedLoad(int slot);

    /**
     * Requests at the worker that this gateway did not send, as of the last report: those of other gateways above all. At
     * least 0, and at least the worker's capacity while it says that it is full. With {@link #inFlight} it is what the
     * worker has; where nothing better is known, what the last report has beyond that.
     */
    default int foreignLoad(int slot) {
        return Math.max(0, reportedLoad(slot) - inFlight(slot));
    }

    /**
     * Whether the worker takes a request beside those it has.
     *
     * @param places how many it takes, at least 1; more than the worker has are as many as it has
     */
    default boolean hasRoom(Worker worker, int places) {
        // Counted as a difference: the sum of two large loads is no int.
        int left = worker.capacity() - inFlight(worker.slot());
        return foreignLoad(worker.slot()) <= left - Math.min(places, worker.capacity());
    }

    /** Whether the worker may be sent requests: alive by lease and probe, not draining. */
    boolean available(int slot);

    /** Milliseconds since anything was last heard of the worker. */
    long ageMillis(int slot);
}
