package dev.penstock.gateway.http;

import dev.penstock.gateway.pipeline.Hops;
import dev.penstock.protocol.ApiError;
import dev.penstock.protocol.JsonRejectedException;
import io.vertx.core.Future;
import java.util.List;

/**
 * What other Penstocks meet here.
 *
 * @param here the way of a request that has come to this process and nowhere else
 * @param summaries what they are told of its pool
 */
public record Peering(Hops here, Summaries summaries) {
    /** Of a gateway that no other knows. */
    public static final Peering NONE =
            new Peering(Hops.NONE, principal -> Future.failedFuture("no summary of a gateway that no other knows"));

    private static final int LOOP_DETECTED = 508;

    /**
     * The way of a request, this process included.
     *
     * @param told the values of {@link Hops#HEADER}, none for a client's own request
     * @throws JsonRejectedException where it has been here, or nowhere near an end; or where the header is not well formed
     */
    Hops hops(List<String> told) throws JsonRejectedException {
        if (told.isEmpty()) {
            return here;
        }
        Hops before = told.size() > 1 ? null : Hops.parse(told.getFirst()).orElse(null);
        if (before == null) {
            throw new JsonRejectedException(ApiError.invalid(
                    Hops.HEADER,
                    Hops.HEADER + ": not well formed (expected: once, at most " + Hops.MAX
                            + " instances separated by commas)"));
        }
        if (here.instances().stream().anyMatch(before::met)
                || before.instances().size() == Hops.MAX) {
            throw new JsonRejectedException(ApiError.server(
                            LOOP_DETECTED,
                            "loop_detected",
                            Hops.HEADER
                                    + ": the request has come in a loop (expected: no upstream that leads back here)")
                    .withRetryable(false));
        }
        return before.then(here);
    }
}
