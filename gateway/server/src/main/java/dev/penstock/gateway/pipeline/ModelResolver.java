package dev.penstock.gateway.pipeline;

import dev.penstock.routing.ModelChoice;
import dev.penstock.routing.model.Resolution;
import io.vertx.core.Future;

/** Port: what the name that a request asks for comes down to. */
@FunctionalInterface
public interface ModelResolver {
    /** Every name stands for itself. */
    ModelResolver PLAIN =
            (principal, request) -> Future.succeededFuture(Resolution.of(ModelChoice.of(request.model())));

    /** The models that would do. Asked once for each request, after it was admitted. Does not fail. */
    Future<Resolution> resolve(Principal principal, InferenceRequest request);
}
