package dev.penstock.loadtest.generator;

/** Told each second how a run goes. */
@FunctionalInterface
public interface LoadProgress {
    /** Says nothing to nobody. */
    LoadProgress NONE = _ -> {};

    /** A second has passed. */
    void second(State state);

    /**
     * How the run goes.
     *
     * @param secondsGone since its start
     * @param secondsPlanned its warm-up and length
     * @param right right answers in this second
     * @param failed failed requests in this second
     * @param inFlight requests under way
     * @param p50Nanos median end-to-end latency of this second's right answers
     * @param p99Nanos its 99th percentile
     * @param over whether this is the last
     */
    record State(
            int secondsGone,
            int secondsPlanned,
            long right,
            long failed,
            long inFlight,
            long p50Nanos,
            long p99Nanos,
            boolean over) {}
}
