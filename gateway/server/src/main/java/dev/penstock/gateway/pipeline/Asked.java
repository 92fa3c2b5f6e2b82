package dev.penstock.gateway.pipeline;

import dev.penstock.routing.ModelChoice;
import dev.penstock.routing.model.Resolution;

/**
 * Who asks what.
 *
 * @param resolution the models that would do
 */
record Asked(Principal principal, InferenceRequest request, Resolution resolution) {
    /** Of the very model that was asked for, until it is known to stand for others. */
    Asked(Principal principal, InferenceRequest request) {
        this(principal, request, Resolution.of(ModelChoice.of(request.model())));
    }

    Asked as(Resolution resolved) {
        return new Asked(principal, request, resolved);
    }
}
