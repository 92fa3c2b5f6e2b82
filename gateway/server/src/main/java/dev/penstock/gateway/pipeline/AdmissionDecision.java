package dev.penstock.gateway.pipeline;

import java.time.Duration;
import java.util.Optional;

/** Admitted with what to give back at the end, or rejected with when to try again. */
public sealed interface AdmissionDecision {

    /**
     * Go on.
     *
     * @param lease settled once, when the request has ended
     * @param limits what to tell the client of its limits
     */
    record Admitted(AdmissionLease lease, RateLimits limits) implements AdmissionDecision {}

    /**
     * Not now.
     *
     * @param retryAfter when it may be asked again; empty where it can never be admitted as it is
     */
    record Rejected(String reason, Optional<Duration> retryAfter, RateLimits limits) implements AdmissionDecision {}

    /** The limits of requests and of tokens that leave the least, as {@code x-ratelimit-*} tells them. */
    record RateLimits(Optional<RateLimit> requests, Optional<RateLimit> tokens) {
        /** There are no limits. */
        public static final RateLimits NONE = new RateLimits(Optional.empty(), Optional.empty());
    }

    /**
     * One of them.
     *
     * @param limit what the bucket holds
     * @param remaining what is left in it
     * @param reset until it is full again
     */
    record RateLimit(long limit, long remaining, Duration reset) {}
}
