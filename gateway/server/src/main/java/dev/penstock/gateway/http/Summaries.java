package dev.penstock.gateway.http;

import dev.penstock.gateway.pipeline.Principal;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/** Port: what this Penstock tells another of its pool. */
@FunctionalInterface
public interface Summaries {
    /** The summary of the models that the principal may ask for. Made elsewhere than on an event loop. */
    Future<Told> summary(Principal principal);

    /**
     * A summary as it is sent.
     *
     * @param json as it is
     * @param packed by gzip
     */
    record Told(Buffer json, Buffer packed) {}
}
