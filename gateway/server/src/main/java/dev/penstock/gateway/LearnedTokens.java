package dev.penstock.gateway;

import dev.penstock.gateway.admission.PromptTokenizer;
import dev.penstock.gateway.admission.TokenReckoning;
import dev.penstock.gateway.pipeline.Expectations;
import dev.penstock.gateway.pipeline.InferenceRequest;
import dev.penstock.gateway.pipeline.Principal;
import dev.penstock.gateway.pipeline.TokenReserve;
import dev.penstock.gateway.telemetry.ReservationMeters;
import dev.penstock.routing.ModelId;
import io.vertx.core.Future;
import java.util.OptionalLong;

/** Tokens by what requests before took, and by a tokenizer where that is too close to tell. */
record LearnedTokens(Expectations expectations, PromptTokenizer tokenizer, ReservationMeters meters)
        implements TokenReckoning {
    @Override
    public TokenReserve reserve(Principal principal, InferenceRequest request) {
        return expectations.reserve(principal, request);
    }

    @Override
    public Future<OptionalLong> count(InferenceRequest request, long estimated) {
        return tokenizer.count(request, estimated);
    }

    @Override
    public void settled(ModelId model, long reserved, long used) {
        meters.settled(model, reserved, used);
    }
}
