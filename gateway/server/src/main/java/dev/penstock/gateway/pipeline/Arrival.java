package dev.penstock.gateway.pipeline;

import dev.penstock.routing.Operation;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A request whose head has been read and whose body has not: who asks is known before a byte of the body is taken.
 *
 * @param id given back as {@code x-request-id}
 * @param operation what is asked, by the path it was dispatched on
 * @param credentials what the client showed
 * @param receivedNanos when its head was read, on the process's monotonic clock
 * @param idempotencyKey what the client calls the request by, so that it is run once however often it is sent; a secret of
 *     the client's, never logged
 * @param cacheControl what the client lets memory do
 * @param decode reads and checks the body, once; fails with a {@link GatewayException} of {@link GatewayError.BadRequest}
 */
public record Arrival(
        String id,
        Operation operation,
        Credentials credentials,
        long receivedNanos,
        Optional<String> idempotencyKey,
        CacheControl cacheControl,
        Supplier<Future<InferenceRequest>> decode) {}
