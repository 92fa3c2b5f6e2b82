package dev.penstock.gateway.admin;

import dev.penstock.protocol.JsonRejectedException;
import dev.penstock.routing.Operation;
import dev.penstock.routing.explain.Explanation;
import io.vertx.core.Future;
import java.util.Map;
import java.util.Optional;

/** Decides what would be done with a request now, and does nothing. */
@FunctionalInterface
public interface Explainer {
    /**
     * Explains.
     *
     * @param keyId of the key it would come with; empty for none
     * @param operation what it asks
     * @param headers the request's own
     * @throws JsonRejectedException for what the API would refuse, and for a key there is not
     */
    Future<Explanation> explain(
            Optional<String> keyId, Operation operation, byte[] body, Iterable<Map.Entry<String, String>> headers)
            throws JsonRejectedException;
}
