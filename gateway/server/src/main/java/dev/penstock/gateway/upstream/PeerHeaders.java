package dev.penstock.gateway.upstream;

import dev.penstock.gateway.pipeline.InferenceRequest;
import dev.penstock.routing.Constraints;
import dev.penstock.routing.Placement;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.TreeSet;

/**
 * What another Penstock is told of a request, so that it keeps to what holds here: the class of its data, its regions
 * and sites, {@code edge-only}, and what is left of its deadline. A preference for edge or cloud has been acted on here. What it may cost
 * and how good its model must be was judged here by what this Penstock's configuration says of prices and qualities; the
 * other's may say otherwise.
 */
final class PeerHeaders {
    static final CharSequence DATA_CLASS = HttpHeaders.createOptimized("x-penstock-data-class");
    private static final CharSequence PLACEMENT = HttpHeaders.createOptimized("x-penstock-placement");
    private static final CharSequence REGION = HttpHeaders.createOptimized("x-penstock-region");
    private static final CharSequence SITE = HttpHeaders.createOptimized("x-penstock-site");
    private static final CharSequence DEADLINE = HttpHeaders.createOptimized("x-penstock-deadline-ms");

    private PeerHeaders() {}

    static void put(MultiMap headers, InferenceRequest request, long nowNanos) {
        Constraints constraints = request.constraints();
        headers.set(DATA_CLASS, constraints.dataClass().wireName());
        if (constraints.placement() == Placement.EDGE_ONLY) {
            headers.set(PLACEMENT, Placement.EDGE_ONLY.wireName());
        }
        constraints.regions().ifPresent(regions -> headers.set(REGION, String.join(",", new TreeSet<>(regions))));
        constraints.sites().ifPresent(sites -> headers.set(SITE, String.join(",", new TreeSet<>(sites))));
        constraints.deadline().ifPresent(deadline -> {
            long left = deadline.toMillis() - (nowNanos - request.receivedNanos()) / 1_000_000;
            headers.set(DEADLINE, Long.toString(Math.max(1, left)));
        });
    }
}
