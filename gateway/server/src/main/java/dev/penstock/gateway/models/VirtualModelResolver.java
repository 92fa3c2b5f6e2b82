package dev.penstock.gateway.models;

import dev.penstock.gateway.pipeline.InferenceRequest;
import dev.penstock.gateway.pipeline.ModelResolver;
import dev.penstock.gateway.pipeline.Principal;
import dev.penstock.routing.Operation;
import dev.penstock.routing.model.DifficultyModel;
import dev.penstock.routing.model.RequestTraits;
import dev.penstock.routing.model.Resolution;
import dev.penstock.routing.model.VirtualModels;
import io.vertx.core.Future;

/**
 * Resolves names by the virtual models of a configuration. How difficult a request is, is found out only where that matters.
 *
 * @param models what is configured
 * @param difficulty how it is judged
 * @param examples what a question is compared with
 */
public record VirtualModelResolver(VirtualModels models, DifficultyModel difficulty, ExampleSimilarity examples)
        implements ModelResolver {
    @Override
    public Future<Resolution> resolve(Principal principal, InferenceRequest request) {
        if (!models.asksDifficulty(request.model()) || request.operation() == Operation.EMBEDDING) {
            return Future.succeededFuture(resolved(principal, request, 0));
        }
        RequestTraits traits = TraitsReader.read(request.body());
        if (examples == ExampleSimilarity.NONE) {
            return Future.succeededFuture(resolved(principal, request, difficulty.logOdds(traits)));
        }
        return examples.of(traits.question())
                .otherwise(0.0)
                .map(nearer -> resolved(principal, request, difficulty.logOdds(traits.withExamples(nearer))));
    }

    private Resolution resolved(Principal principal, InferenceRequest request, double logOdds) {
        return models.resolve(request.model(), principal.id(), request.id(), () -> logOdds);
    }
}
