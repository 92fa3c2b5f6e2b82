package dev.penstock.gateway.cluster;

import dev.penstock.routing.Worker;
import io.vertx.core.Future;
import java.util.Optional;

/**
 * Reads {@code /metrics} of an engine, at its own origin and with its own credential.
 */
public final class HttpEngineSignals implements EngineSignals {
    private static final String PATH = "/metrics";

    private final Engine engine;
    private final EngineQuery query;

    /** Signals of engines of one kind, asked in that way. */
    public HttpEngineSignals(Engine engine, EngineQuery query) {
        this.engine = engine;
        this.query = query;
    }

    @Override
    public Future<Optional<Reading>> read(Worker worker) {
        return query.get(worker, PATH).map(engine::read);
    }
}
