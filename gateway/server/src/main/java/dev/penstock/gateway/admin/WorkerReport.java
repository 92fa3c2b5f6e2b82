package dev.penstock.gateway.admin;

import dev.penstock.routing.Worker;

/**
 * A worker as an operator sees it.
 *
 * @param worker what is known of it
 * @param announced whether it announced itself; otherwise it is one of the {@code upstreams}
 * @param state in one word, why it is or is not sent requests
 * @param inFlight requests of this gateway at it
 * @param reportedLoad requests it last reported, from all gateways
 * @param signalAgeMillis since anything was heard of it
 * @param penstock whether it is another Penstock
 * @param link what is known of the way there
 */
public record WorkerReport(
        Worker worker,
        boolean announced,
        State state,
        int inFlight,
        int reportedLoad,
        long signalAgeMillis,
        boolean penstock,
        Link link) {
    /**
     * The way to a worker.
     *
     * @param rttSeconds a round trip as measured by its probes, smoothed; 0 where it was not
     * @param lossRatio of its last 64 probes, the part that nothing came back to, 0 to 1
     */
    public record Link(double rttSeconds, double lossRatio) {}

    /** Why a worker is or is not sent requests. */
    public enum State {
        /** It is. */
        AVAILABLE,
        /** One request at a time, to see whether an ejection may end. */
        TRIAL,
        /** Not yet, no probe has succeeded. */
        UNPROVEN,
        /** No: a connection broke, a probe failed, or its lease ran out. */
        UNREACHABLE,
        /** No: its answers failed. */
        EJECTED,
        /** No: it said that it ends. */
        DRAINING
    }
}
