package dev.penstock.gateway.pipeline;

import dev.penstock.gateway.pipeline.AdmissionDecision.RateLimits;
import io.vertx.core.Future;

/** Port: may this principal ask now? */
@FunctionalInterface
public interface Admission {
    /** Decides; never fails for a limit that is reached, that is a {@link AdmissionDecision.Rejected}. */
    Future<AdmissionDecision> admit(Principal principal, InferenceRequest request);

    /** What to tell a client of its limits, of whom nothing is taken. */
    default RateLimits limits(Principal principal) {
        return RateLimits.NONE;
    }
}
