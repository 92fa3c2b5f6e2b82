package dev.penstock.gateway.upstream;

import dev.penstock.gateway.pipeline.InferenceRequest;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Outcome.FailureClass;
import dev.penstock.routing.Permit;
import dev.penstock.routing.RoutePlan;
import dev.penstock.routing.Worker;
import dev.penstock.runtime.net.ClientConfig;
import dev.penstock.runtime.net.ClientTls;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * The only way for what a client has said to leave this process: it owns every connection that carries a request, and takes
 * no attempt without the {@link Permit} that was given for this request's constraints and this worker. First attempts,
 * retries, hedges and escalations all pass through here.
 *
 * <p>Thread safe; a call stays on the event loop it was made on.
 */
public final class Egress implements AutoCloseable {
    private final HttpForwarder forwarder;
    private final Function<Worker, Optional<Worker>> current;

    /**
     * An egress.
     *
     * @param config how it dials, TLS aside
     * @param tls what workers are reached by; made ready now, so that material that does not load is refused here
     * @param accessOf what is needed to use a worker, empty for one that must be sent nothing; quick, from any thread
     * @param current a worker as it is at this moment, empty where it has left the pool; quick, from any thread
     * @param loadReports is told what a worker says of its load beside an answer, as it says it; quick, from any thread
     * @throws IllegalArgumentException where TLS material does not load
     */
    public Egress(
            Vertx vertx,
            ClientConfig config,
            Set<ClientTls> tls,
            Function<Worker, Optional<UpstreamAccess>> accessOf,
            Function<Worker, Optional<Worker>> current,
            BiConsumer<Worker, String> loadReports) {
        this.forwarder = new HttpForwarder(vertx, config, tls, accessOf, loadReports);
        this.current = current;
    }

    /** What the worker itself calls the model; mostly the model's own name. */
    String modelName(Worker worker, ModelId model) {
        return forwarder.modelName(worker, model);
    }

    /** Whether the worker knows {@code max_tokens} and not {@code max_completion_tokens}. */
    boolean maxTokensOnly(Worker worker) {
        return forwarder.maxTokensOnly(worker);
    }

    /**
     * Begins to connect and send. A plan can be older than the pool: a worker that has left since, or that is elsewhere now,
     * is sent nothing, and the call fails as one that reached nobody, so that a new plan is made.
     *
     * @param body what is sent
     * @throws IllegalStateException where the attempt's permit is not for this request and this worker: a defect of whoever
     *     made the attempt. Nothing is sent
     */
    Forwarder.Call forward(RoutePlan.Attempt attempt, InferenceRequest request, Buffer body) {
        Permit permit = attempt.permit();
        Worker worker = attempt.worker();
        if (!permit.covers(request.constraints(), worker)) {
            throw new IllegalStateException("request " + request.id() + " has " + permit
                    + ", which does not let it go to " + worker.id() + " at " + worker.site());
        }
        Optional<Worker> now = current.apply(worker);
        if (now.isEmpty() || !permit.covers(request.constraints(), now.get())) {
            return Forwarder.Call.failed(
                    new AttemptFailedException(FailureClass.CONNECT, "no longer what was planned with"));
        }
        return forwarder.forward(worker, request, body);
    }

    @Override
    public void close() {
        forwarder.close();
    }
}
