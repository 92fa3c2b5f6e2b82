package dev.penstock.gateway.upstream;

import dev.penstock.gateway.pipeline.BufferBudget;
import dev.penstock.gateway.pipeline.ClientExchange;
import dev.penstock.gateway.pipeline.InferenceRequest;
import dev.penstock.gateway.pipeline.Loop;
import dev.penstock.gateway.pipeline.Relay;
import dev.penstock.routing.RoutePlan;
import dev.penstock.routing.Worker;
import io.vertx.core.Future;
import java.util.function.Predicate;

/** The {@link Relay} over the {@link Egress}. */
public final class WorkerRelay implements Relay {
    private final Egress egress;
    private final BufferBudget budget;
    private final RelaySettings settings;
    private final Loop loop;
    private final Predicate<Worker> silent;

    /**
     * A relay.
     *
     * @param silent whether nothing is heard of a worker, neither of its probes nor otherwise
     */
    public WorkerRelay(
            Egress egress, BufferBudget budget, RelaySettings settings, Loop loop, Predicate<Worker> silent) {
        this.egress = egress;
        this.budget = budget;
        this.settings = settings;
        this.loop = loop;
        this.silent = silent;
    }

    @Override
    public Future<Result> relay(
            RoutePlan.Attempt attempt,
            InferenceRequest request,
            ClientExchange client,
            Answering answering,
            long deadlineNanos) {
        return new Attempt(attempt, request, client, answering, deadlineNanos, egress, budget, settings, loop, silent)
                .start();
    }
}
