package dev.penstock.gateway;

import dev.penstock.gateway.pipeline.Admission;
import dev.penstock.gateway.pipeline.AdmissionDecision;
import dev.penstock.gateway.pipeline.InferenceRequest;
import dev.penstock.gateway.pipeline.Principal;
import io.vertx.core.Future;
import java.util.function.Supplier;

/** Admission by the configuration of the moment. */
record LiveAdmission(Supplier<? extends Admission> live) implements Admission {
    @Override
    public Future<AdmissionDecision> admit(Principal principal, InferenceRequest request) {
        return live.get().admit(principal, request);
    }

    @Override
    public AdmissionDecision.RateLimits limits(Principal principal) {
        return live.get().limits(principal);
    }
}
