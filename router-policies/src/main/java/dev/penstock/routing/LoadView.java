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
        return hasRoom(worker.slot(), worker.capacity(), places);
    }

    /**
     * Whether the worker in this slot takes a request beside those it has.
     *
     * @param capacity how many requests it takes at once
     * @param places as above
     */
    default boolean hasRoom(int slot, int capacity, int places) {
        // Counted as a difference: the sum of two large loads is no int.
        int left = capacity - inFlight(slot);
        return foreignLoad(slot) <= left - Math.min(places, capacity);
    }

    /** Whether the worker may be sent requests: alive by lease and probe, not draining. */
    boolean available(int slot);

    /**
     * Whether a worker that is not available was so until a moment ago, and nothing speaks against it but that nothing was
     * heard of it: a pause of it, or of this process. It is worth waiting for, and not worth a try.
     */
    default boolean fellSilent(int slot) {
        return false;
    }

    /** Milliseconds since anything was last heard of the worker. */
    long ageMillis(int slot);

    /** Prompt tokens of the requests in flight here whose first token has not come: what a new one waits behind. */
    default double pendingPromptTokens(int slot) {
        return 0;
    }

    /**
     * Prompt tokens at the worker that are still to be computed, of everybody's requests, as it last reported and with those
     * that this gateway has sent since; negative where it reports none.
     */
    default double promptTokensAhead(int slot) {
        return -1;
    }

    /** Prompt tokens that the worker computes in a second, for everybody, on average over about the last minute. */
    default double promptTokensPerSecond(int slot) {
        return 0;
    }

    /** Tokens that the requests in flight here are still expected to generate. */
    default double pendingOutputTokens(int slot) {
        return 0;
    }

    /** Requests that the worker itself last reported as waiting, from all gateways; 0 where it reports none. */
    default int reportedQueue(int slot) {
        return 0;
    }

    /** Of the worker's room for the state of requests, the part that is in use, from 0 to 1, as last reported; 0 unknown. */
    default double reportedCacheUse(int slot) {
        return 0;
    }

    /** A round trip to the worker, seconds, as measured; 0 where it was not. */
    default double linkSeconds(int slot) {
        return 0;
    }

    /** What is known of the workers' times. */
    default Forecasts forecasts() {
        return Forecasts.NONE;
    }

    /**
     * Who has the beginning of a prompt in its cache, as far as this gateway knows: few do, so only those are told.
     *
     * @param slots filled from the front with the slots of those that have some of it, no one twice
     * @param blocks filled alongside with how many of {@link Affinity#blocks}, counted from the first, each at least 1
     * @return how many were filled, at most the length of the arrays; where there are more, those with the most
     */
    default int cachedBlocks(ModelId model, Affinity affinity, int[] slots, int[] blocks) {
        return 0;
    }
}
