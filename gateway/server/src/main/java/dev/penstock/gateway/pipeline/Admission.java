package dev.penstock.gateway.pipeline;

import io.vertx.core.Future;

/** Port: may this principal ask now? */
@FunctionalInterface
public interface Admission {
    /** Decides; never fails for a limit that is reached, that is a {@link AdmissionDecision.Rejected}. */
    Future<AdmissionDecision> admit(Principal principal, InferenceRequest request);
}
