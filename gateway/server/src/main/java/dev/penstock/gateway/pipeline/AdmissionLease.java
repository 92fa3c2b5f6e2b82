package dev.penstock.gateway.pipeline;

import dev.penstock.routing.TokenUsage;

/** What admission took and settlement reconciles: idempotent, the first call counts. */
@FunctionalInterface
public interface AdmissionLease {
    /** Nothing taken. */
    AdmissionLease NONE = usage -> {};

    /** The request has ended, having used this. */
    void settle(TokenUsage usage);
}
