package dev.penstock.gateway.admission;

import dev.penstock.gateway.pipeline.InferenceRequest;
import dev.penstock.gateway.pipeline.Principal;
import dev.penstock.gateway.pipeline.TokenReserve;
import dev.penstock.routing.ModelId;
import io.vertx.core.Future;
import java.util.OptionalLong;

/** Port: how many tokens a request will take, before it is run, and what is learned of it afterwards. */
@FunctionalInterface
public interface TokenReckoning {
    /** At once, by what is learned. */
    TokenReserve reserve(Principal principal, InferenceRequest request);

    /**
     * Counts the tokens of its prompt, where an estimate does not do. Empty where that is not known, or takes too long;
     * never fails.
     *
     * @param estimated by what is learned: a count by another model's tokenizer is no reason to take more
     */
    default Future<OptionalLong> count(InferenceRequest request, long estimated) {
        return Future.succeededFuture(OptionalLong.empty());
    }

    /** A request has ended of which that many tokens were taken beforehand. Must not block or throw. */
    default void settled(ModelId model, long reserved, long used) {}
}
