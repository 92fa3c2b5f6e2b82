package dev.penstock.gateway.pipeline;

import java.time.Duration;
import java.util.Optional;

/** Admitted with what to give back at the end, or rejected with when to try again. */
public sealed interface AdmissionDecision {

    /**
     * Go on.
     *
     * @param lease settled once, when the request has ended
     * @param limit what to tell the client of its limit; empty where it has none
     */
    record Admitted(AdmissionLease lease, Optional<RateLimit> limit) implements AdmissionDecision {}

    /** Not now. */
    record Rejected(String reason, Duration retryAfter, RateLimit limit) implements AdmissionDecision {}

    /**
     * The requests limit as {@code x-ratelimit-*-requests} tells it.
     *
     * @param limit requests the bucket holds
     * @param remaining requests left in it
     * @param reset until it is full again
     */
    record RateLimit(long limit, long remaining, Duration reset) {}
}
