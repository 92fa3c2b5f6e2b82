package dev.penstock.gateway;

import dev.penstock.gateway.admin.Explainer;
import dev.penstock.gateway.config.AuthConfig;
import dev.penstock.gateway.config.GatewayConfig;
import dev.penstock.gateway.config.KeyConfig;
import dev.penstock.gateway.http.DryDecoder;
import dev.penstock.gateway.pipeline.DryRun;
import dev.penstock.gateway.pipeline.ErrorAnswer;
import dev.penstock.gateway.pipeline.GatewayError;
import dev.penstock.gateway.pipeline.InferenceRequest;
import dev.penstock.gateway.pipeline.Principal;
import dev.penstock.gateway.tenancy.KeyAuthenticator;
import dev.penstock.protocol.ApiError;
import dev.penstock.protocol.JsonRejectedException;
import dev.penstock.routing.Operation;
import dev.penstock.routing.explain.Explanation;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Explains requests by the configuration of the moment, as if they came with the key that is named. */
final class RequestExplainer implements Explainer {
    /** Of keys, in an error: there may be very many. */
    private static final int MOST_NAMED = 20;

    private final Supplier<GatewayConfig> config;
    private final DryRun dryRun;
    private final LongSupplier seeds;
    private final LongSupplier nanoTime;

    RequestExplainer(Supplier<GatewayConfig> config, DryRun dryRun, LongSupplier seeds, LongSupplier nanoTime) {
        this.config = config;
        this.dryRun = dryRun;
        this.seeds = seeds;
        this.nanoTime = nanoTime;
    }

    @Override
    public Future<Explanation> explain(
            Optional<String> keyId, Operation operation, byte[] body, Iterable<Map.Entry<String, String>> headers)
            throws JsonRejectedException {
        GatewayConfig now = config.get();
        Principal principal = keyId.isEmpty() ? Principal.ANONYMOUS : principal(now.auth(), keyId.get());
        if (!principal.mayDo(operation)) {
            throw new JsonRejectedException(ErrorAnswer.of(GatewayError.Forbidden.endpoint(operation)));
        }
        InferenceRequest request =
                DryDecoder.decode(operation, body, headers, Snapshot.jsonLimits(now.limits()), nanoTime.getAsLong());
        if (!principal.mayAsk(request.model())) {
            throw new JsonRejectedException(ApiError.modelNotFound(
                    "the model '" + request.model() + "' does not exist to the key " + principal.id()));
        }
        return dryRun.explain(principal, request, nanoTime.getAsLong(), seeds.getAsLong());
    }

    private static Principal principal(AuthConfig auth, String keyId) throws JsonRejectedException {
        List<KeyConfig> keys = auth.keys();
        for (KeyConfig key : keys) {
            if (key.id().equals(keyId)) {
                return KeyAuthenticator.principal(auth, key);
            }
        }
        throw new JsonRejectedException(ApiError.invalid(
                "key-id",
                "key-id: no such key (expected: "
                        + (keys.isEmpty()
                                ? "none: there are no keys"
                                : "one of "
                                        + keys.stream()
                                                .limit(MOST_NAMED)
                                                .map(KeyConfig::id)
                                                .collect(Collectors.joining(", "))
                                        + (keys.size() > MOST_NAMED ? ", ..." : ""))
                        + ")"));
    }
}
