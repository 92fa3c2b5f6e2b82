package dev.penstock.gateway.upstream;

import dev.penstock.gateway.pipeline.BufferBudget;
import dev.penstock.gateway.pipeline.ClientExchange;
import dev.penstock.gateway.pipeline.InferenceRequest;
import dev.penstock.gateway.pipeline.Loop;
import dev.penstock.gateway.pipeline.Relay;
import dev.penstock.routing.Worker;
import io.vertx.core.Future;
import java.util.Map;
import java.util.function.Supplier;

/** The {@link Relay} over a {@link Forwarder}. */
public final class WorkerRelay implements Relay {
    private final Forwarder forwarder;
    private final BufferBudget budget;
    private final RelaySettings settings;
    private final Loop loop;

    /** A relay. */
    public WorkerRelay(Forwarder forwarder, BufferBudget budget, RelaySettings settings, Loop loop) {
        this.forwarder = forwarder;
        this.budget = budget;
        this.settings = settings;
        this.loop = loop;
    }

    @Override
    public Future<Result> relay(
            Worker worker,
            InferenceRequest request,
            ClientExchange client,
            Supplier<Map<String, String>> headers,
            long deadlineNanos) {
        return new Attempt(worker, request, client, headers, deadlineNanos, forwarder, budget, settings, loop).start();
    }
}
