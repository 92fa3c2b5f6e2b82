package dev.penstock.gateway.cluster;

import dev.penstock.routing.Worker;
import io.vertx.core.Future;
import java.util.Optional;

/**
 * Port: reads an engine's own load signals, each engine's in its own way (vLLM's and SGLang's metrics, llama.cpp's slots,
 * ...). Asked after each probe that succeeds.
 */
@FunctionalInterface
public interface EngineSignals {
    /** For engines that tell nothing, or that nobody has taught us to read: own in-flight counts must do. */
    EngineSignals NONE = worker -> Future.succeededFuture(Optional.empty());

    /** The engine's load now; empty where it does not say. A failure is taken for "does not say". */
    Future<Optional<Reading>> read(Worker worker);

    /**
     * What an engine says of its load.
     *
     * @param running requests in its batch, at least 0
     * @param queued requests that wait in it, at least 0
     */
    record Reading(int running, int queued) {}
}
