package dev.penstock.gateway.admission;

import dev.penstock.gateway.pipeline.InferenceRequest;
import dev.penstock.gateway.pipeline.Principal;
import dev.penstock.gateway.pipeline.TokenReserve;

/** Port: how many tokens a request will take, before it is run. */
@FunctionalInterface
public interface TokenReckoning {
    /** At once, by what is learned. */
    TokenReserve reserve(Principal principal, InferenceRequest request);
}
