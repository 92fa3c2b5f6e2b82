package dev.penstock.gateway.pipeline;

import dev.penstock.protocol.ApiError;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Operation;
import dev.penstock.runtime.net.Drain;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens to a request, from the reading of its head to the settling of its bill. {@link #serve} is the whole story;
 * the stages below it stand in its order, but for the two that are more than a stage: {@link Planning} and {@link Execution}.
 *
 * <p>One instance serves all event loops. A request stays on the loop it came in on.
 */
public final class Pipeline {
    private static final Logger LOG = LoggerFactory.getLogger(Pipeline.class);

    private final Ports ports;
    private final Supplier<PipelineSettings> settings;
    private final Loop loop;
    private final Drain drain;
    private final LimitQueue limits;
    private final Planning planning;
    private final Execution execution;
    private final IdempotentAnswers idempotent;
    private final FromMemory memory;

    /**
     * A pipeline over its ports.
     *
     * @param drain counts the requests in; once it drains, new ones are refused
     * @param settings the numbers that hold at the moment; asked for each request
     * @param random where policies draw from; used under a lock, hence need not be thread safe
     */
    public Pipeline(Ports ports, Supplier<PipelineSettings> settings, Loop loop, Drain drain, RandomGenerator random) {
        this.ports = ports;
        this.settings = settings;
        this.loop = loop;
        this.drain = drain;
        this.limits = new LimitQueue(settings, loop);
        this.planning = new Planning(ports, settings, loop, random);
        this.execution = new Execution(ports, settings, loop, planning);
        this.memory = new FromMemory(ports, settings, loop);
        this.idempotent = new IdempotentAnswers(ports.buffers(), settings, loop);
    }

    /** Whether clients are to go elsewhere with their next request, since this process ends. */
    public boolean leaving() {
        return drain.leaving();
    }

    /** What answers that no request is admitted for say of the client's limits. */
    public Map<String, String> limitHeaders(Principal principal) {
        Map<String, String> headers = new LinkedHashMap<>();
        LimitHeaders.add(headers, ports.admission().limits(principal));
        return headers;
    }

    /** How many requests wait for room at a worker that serves the model. */
    public int waiting(ModelId model) {
        return planning.waiting(model);
    }

    /** How many requests wait for room, and how many did so in vain. */
    public QueueCounts queueCounts() {
        return planning.counts();
    }

    /**
     * Serves a request to its end: answered, refused, broken off or abandoned. Settles it exactly once. The future completes
     * then, and never fails.
     */
    public Future<Void> serve(Arrival arrival, ClientExchange client) {
        Passage passage = new Passage(arrival, client, ports.buffers(), loop);
        Drain.Ticket ticket = drain.enter();
        return accept().compose(open -> authenticate(passage))
                .compose(principal -> decode(passage, principal))
                .compose(asked -> idempotent
                        .given(passage, asked)
                        .compose(given -> given.isPresent() ? giveAgain(passage, given.get()) : run(passage, asked)))
                .recover(failure -> refuse(passage, failure))
                .compose(result -> delivered(passage, result))
                .transform(result -> settle(passage, result))
                .onComplete(settled -> ticket.close());
    }

    private Future<String> run(Passage passage, Asked admissible) {
        return afford(admissible)
                .compose(asked -> admit(passage, asked))
                .compose(asked -> memory.orElse(passage, asked, () -> routed(passage, asked)));
    }

    private Future<String> routed(Passage passage, Asked asked) {
        return resolve(asked).compose(known -> planning.place(passage, known)
                .compose(placed -> execution.attempt(passage, known, placed)));
    }

    private Future<Void> accept() {
        return drain.accepting() ? Future.succeededFuture() : failed(new GatewayError.Draining());
    }

    private Future<Principal> authenticate(Passage passage) {
        return loop.here(ports.authenticator().authenticate(passage.arrival.credentials()))
                .compose(principal -> {
                    passage.authenticated(principal);
                    Operation asked = passage.arrival.operation();
                    return principal.mayDo(asked)
                            ? Future.succeededFuture(principal)
                            : failed(GatewayError.Forbidden.endpoint(asked));
                });
    }

    /** What the gateway, the key and the request itself demand holds together from here on. */
    private Future<Asked> decode(Passage passage, Principal principal) {
        return loop.here(passage.arrival.decode().get()).map(decoded -> {
            InferenceRequest request = decoded.within(principal.constraints())
                    .within(settings.get().constraints());
            passage.decoded(request);
            return new Asked(principal, request);
        });
    }

    /** Whoever has spent all waits for nobody, and takes of no limit. */
    private Future<Asked> afford(Asked asked) {
        return loop.here(ports.spending().check(asked.principal(), asked.request()))
                .map(asked);
    }

    private Future<Asked> admit(Passage passage, Asked asked) {
        return decide(passage, asked).compose(decision -> switch (decision) {
            case AdmissionDecision.Admitted admitted -> {
                passage.admitted(admitted.lease(), admitted.limits());
                execution.admitted();
                yield Future.succeededFuture(asked);
            }
            case AdmissionDecision.Rejected rejected -> {
                passage.limited(rejected.limits());
                yield failed(new GatewayError.RateLimited(rejected.reason(), rejected.retryAfter()));
            }
        });
    }

    /** At once, or after a wait where limits may be waited for. */
    private Future<AdmissionDecision> decide(Passage passage, Asked asked) {
        LimitQueue.Asking asking = () -> loop.here(ports.admission().admit(asked.principal(), asked.request()));
        if (settings.get().limitWait().isZero()) {
            return asking.ask();
        }
        long since = loop.nanoTime();
        String line = asked.principal().id() + "\n" + asked.request().model();
        return limits.admit(planning.share(asked), line, asking, passage.client.closed())
                .onComplete(done -> passage.queued(loop.nanoTime() - since));
    }

    /** It was run, and billed, before. */
    private Future<String> giveAgain(Passage passage, RecordedExchange.Answer given) {
        passage.account(ports.settlement(), Passage.OK);
        passage.answering(200);
        passage.client.commit(200, given.again(passage.headers()));
        passage.client.write(given.body().copy());
        passage.client.end();
        return Future.succeededFuture(Passage.OK);
    }

    /** The models that the name stands for. */
    private Future<Asked> resolve(Asked asked) {
        return loop.here(ports.models().resolve(asked.principal(), asked.request()))
                .map(asked::as);
    }

    /** Tells the client, as the state of its answer allows: a status, an error frame, or a broken body. */
    private Future<String> refuse(Passage passage, Throwable failure) {
        GatewayError error = errorOf(passage, failure);
        ApiError told = ErrorAnswer.of(error);
        String result = ErrorAnswer.resultName(error);
        passage.account(ports.settlement(), result);
        if (error instanceof GatewayError.ClientGone) {
            passage.client.reset();
        } else if (!passage.client.committed()) {
            passage.untold().ifPresent(who -> passage.limited(ports.admission().limits(who)));
            Map<String, String> headers = passage.headers();
            headers.putAll(ErrorAnswer.headers(told));
            answer(passage, told.status(), headers, ErrorAnswer.body(told));
        } else {
            if (passage.streaming()) {
                passage.client.write(Buffer.buffer(told.toSseFrame()));
            }
            passage.client.breakOff();
        }
        return Future.succeededFuture(result);
    }

    private static GatewayError errorOf(Passage passage, Throwable failure) {
        if (failure instanceof GatewayException known) {
            return known.error();
        }
        LOG.atError()
                .addKeyValue("request_id", passage.arrival.id())
                .setCause(failure)
                .log("internal error");
        return new GatewayError.Internal();
    }

    private static void answer(Passage passage, int status, Map<String, String> headers, Buffer body) {
        passage.answering(status);
        passage.client.answer(status, headers, body);
    }

    /** Waits until the client has taken all of it, or has left, or takes nothing for too long. */
    private Future<String> delivered(Passage passage, String result) {
        Future<Boolean> closed = passage.client.closed();
        if (closed.isComplete()) {
            return Future.succeededFuture(closed.result() ? "client_gone" : result);
        }
        Loop.Timer stall = loop.schedule(settings.get().writeStall(), passage.client::reset);
        return closed.onComplete(done -> stall.cancel()).map(gone -> gone ? "client_gone" : result);
    }

    private Future<Void> settle(Passage passage, AsyncResult<String> result) {
        if (result.failed()) {
            LOG.atError()
                    .addKeyValue("request_id", passage.arrival.id())
                    .setCause(result.cause())
                    .log("internal error");
            passage.client.reset();
        }
        passage.recorded.ifPresent(RecordedExchange::over);
        planning.settle(passage);
        String outcome = result.succeeded() ? result.result() : "internal";
        passage.account(ports.settlement(), outcome);
        ports.settlement().settle(passage.settle(outcome));
        return Future.succeededFuture();
    }

    private static <T> Future<T> failed(GatewayError error) {
        return Future.failedFuture(new GatewayException(error));
    }
}
