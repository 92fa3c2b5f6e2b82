package dev.penstock.gateway.pipeline;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;

/** Port: an answer given before to an equal question. */
public interface ResponseCache {
    /** Holds nothing. */
    ResponseCache EMPTY = (principal, request) -> Future.succeededFuture(Optional.empty());

    /** The stored answer, in the shape the request asks for (one JSON body, or a whole event stream). */
    Future<Optional<CachedAnswer>> lookup(Principal principal, InferenceRequest request);

    /** A whole answer. */
    record CachedAnswer(String contentType, Buffer body) {}
}
