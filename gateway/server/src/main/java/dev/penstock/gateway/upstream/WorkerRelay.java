package dev.penstock.gateway.upstream;

import dev.penstock.gateway.pipeline.BufferBudget;
import dev.penstock.gateway.pipeline.ClientExchange;
import dev.penstock.gateway.pipeline.InferenceRequest;
import dev.penstock.gateway.pipeline.Loop;
import dev.penstock.gateway.pipeline.Relay;
import dev.penstock.routing.RoutePlan;
import io.vertx.core.Future;
import java.util.Map;
import java.util.function.Supplier;

/** The {@link Relay} over the {@link Egress}. */
public final class WorkerRelay implements Relay {
    private final Egress egress;
    private final BufferBudget budget;
    private final RelaySettings settings;
    private final Loop loop;

    /** A relay. */
    public WorkerRelay(Egress egress, BufferBudget budget, RelaySettings settings, Loop loop) {
        this.egress = egress;
        this.budget = budget;
        this.settings = settings;
        this.loop = loop;
    }

    @Override
    public Future<Result> relay(
            RoutePlan.Attempt attempt,
            InferenceRequest request,
            ClientExchange client,
            Supplier<Map<String, String>> headers,
            long deadlineNanos) {
        return new Attempt(attempt, request, client, headers, deadlineNanos, egress, budget, settings, loop).start();
    }
}
