package dev.penstock.gateway.cluster;

import dev.penstock.routing.ModelId;
import dev.penstock.routing.Worker;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.Set;

/**
 * Port: reads an engine's own load signals, each engine's in its own way (vLLM's and SGLang's metrics, Ollama's list of
 * what is loaded, ...). Asked after each probe that succeeds.
 */
@FunctionalInterface
public interface EngineSignals {
    /** For engines that tell nothing, or that nobody has taught us to read: own in-flight counts must do. */
    EngineSignals NONE = worker -> Future.succeededFuture(Optional.empty());

    /** The engine's load now; empty where it does not say. A failure is taken for "does not say". */
    Future<Optional<Reading>> read(Worker worker);

    /**
     * Which of its models the engine has in memory; empty where it does not say, which is not the same as none. A failure is
     * taken for "does not say".
     */
    default Future<Optional<Set<ModelId>>> loaded(Worker worker) {
        return Future.succeededFuture(Optional.empty());
    }

    /**
     * What an engine says of its load.
     *
     * @param running requests in its batch, at least 0
     * @param queued requests that wait in it, at least 0
     * @param cacheUse of its room for the state of requests, the part that is in use, from 0 to 1; 0 unknown
     */
    record Reading(int running, int queued, double cacheUse) {
        public Reading {
            if (running < 0 || queued < 0 || !(cacheUse >= 0 && cacheUse <= 1)) {
                throw new IllegalArgumentException("load: " + running + " running, " + queued + " queued, " + cacheUse
                        + " of the cache (expected: >= 0, >= 0, 0 to 1)");
            }
        }

        /** A reading of an engine that says nothing of its cache. */
        public Reading(int running, int queued) {
            this(running, queued, 0);
        }

        /** All that it has. */
        int load() {
            return (int) Math.min(Integer.MAX_VALUE, (long) running + queued);
        }
    }
}
