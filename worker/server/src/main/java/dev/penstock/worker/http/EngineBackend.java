package dev.penstock.worker.http;

import dev.penstock.engine.EngineException;
import dev.penstock.engine.EngineLoad;
import dev.penstock.engine.embedding.EmbeddingResult;
import dev.penstock.engine.language.Usage;
import dev.penstock.protocol.ApiError;
import dev.penstock.worker.config.LimitsConfig;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers from models that run in this process. Thread safe. */
public final class EngineBackend implements Backend {
    private static final Logger LOG = LoggerFactory.getLogger(EngineBackend.class);
    /** Bodies above this are read and tokenized off the event loop: 8 KiB take it some ten milliseconds. */
    private static final int INLINE_BYTES = 8 << 10;

    /** Answers with more vectors are written off the event loop, which serves other streams. */
    private static final int INLINE_VECTORS = 16;

    private static final Duration SOON = Duration.ofSeconds(1);

    private final LimitsConfig limits;
    private final InstantSource clock;
    private final Set<Reply> replies = ConcurrentHashMap.newKeySet();
    private volatile Map<String, HostedModel> models = Map.of();
    private volatile boolean ready;

    /** A backend without models: not ready. */
    public EngineBackend(LimitsConfig limits, InstantSource clock) {
        this.limits = limits;
        this.clock = clock;
    }

    /** Serves these models from now on. */
    public void open(List<HostedModel> loaded) {
        Map<String, HostedModel> byName = new LinkedHashMap<>();
        loaded.forEach(model -> byName.put(model.name(), model));
        models = Collections.unmodifiableMap(byName);
        ready = true;
    }

    @Override
    public boolean ready() {
        return ready && models.values().stream().allMatch(HostedModel::alive);
    }

    @Override
    public ApiError unready() {
        if (ready) {
            return ApiError.unavailable("model_failed", "a model of this worker has failed for good", SOON);
        }
        return ApiError.unavailable("loading", "this worker is loading its models", SOON);
    }

    @Override
    public List<ModelStatus> models() {
        return models.values().stream().map(HostedModel::status).toList();
    }

    @Override
    public void abort() {
        replies.forEach(Reply::cancel);
    }

    @Override
    public void serve(Endpoint endpoint, Exchange exchange, byte[] body) {
        if (body.length <= INLINE_BYTES) {
            begin(endpoint, exchange, body);
            return;
        }
        // It may wait long after its client has left: the memory is taken until then.
        exchange.body().retain();
        exchange.vertx()
                .executeBlocking(
                        () -> {
                            if (!exchange.ended()) {
                                begin(endpoint, exchange, body);
                            }
                            return true;
                        },
                        false)
                .onFailure(failure -> fail(exchange, failure))
                .onComplete(begun -> exchange.body().release());
    }

    private void begin(Endpoint endpoint, Exchange exchange, byte[] body) {
        try {
            RequestFields fields = RequestFields.parse(body);
            HostedModel hosted = find(fields);
            exchange.model(hosted.name());
            switch (hosted) {
                case HostedModel.Language language
                when endpoint != Endpoint.EMBEDDING -> generate(exchange, language, fields);
                case HostedModel.Embedding embedding
                when endpoint == Endpoint.EMBEDDING -> embed(exchange, embedding, fields);
                default ->
                    throw new RequestRejectedException(ApiError.invalid(
                            "model",
                            "model: " + hosted.name() + " does not serve " + endpoint.path() + " (missing capability: "
                                    + endpoint.name().toLowerCase(java.util.Locale.ROOT) + ")"));
            }
        } catch (EngineException refusal) {
            throw new RequestRejectedException(EngineErrors.of(refusal, endpoint));
        }
    }

    private HostedModel find(RequestFields fields) {
        String name = fields.string("model").orElseThrow(() -> fields.wrong("model", "the name of a model"));
        HostedModel hosted = models.get(name);
        if (hosted == null) {
            throw new RequestRejectedException(UnknownModel.error(name, models.keySet()));
        }
        return hosted;
    }

    private void generate(Exchange exchange, HostedModel.Language hosted, RequestFields fields) {
        GenerationCall call = exchange.endpoint() == Endpoint.CHAT
                ? ChatFields.decode(fields, hosted.model().defaultSampling())
                : CompletionFields.decode(fields, hosted.model().defaultSampling());
        requireRoom(call, hosted.load(), exchange.endpoint());
        ReplyHead head = new ReplyHead(
                exchange.answerId(),
                clock.instant().getEpochSecond(),
                hosted.name(),
                "fp_" + hosted.description().revision(),
                call.logprobs(),
                call.includeUsage());
        ReplyShape shape =
                exchange.endpoint() == Endpoint.CHAT ? new ChatShape(head) : new CompletionShape(head, call.choices());
        Reply reply = call.stream()
                ? new StreamedReply(exchange, hosted, call, shape, limits)
                : new WholeReply(exchange, hosted, call, shape, limits);
        replies.add(reply);
        exchange.whenEnded(() -> {
            replies.remove(reply);
            reply.cancel();
            Usage used = reply.used();
            exchange.tokens(used.promptTokens(), used.completionTokens());
        });
        reply.start();
    }

    /** More sequences than the engine can ever hold would be told to come back for ever. */
    private static void requireRoom(GenerationCall call, EngineLoad load, Endpoint endpoint) {
        int room = load.runningLimit() + load.queueLimit();
        if (call.choices() > room) {
            String parameter = call.sequences() > 1 ? "n" : endpoint.content();
            throw RequestRejectedException.invalid(
                    parameter, call.choices() + " completions", "at most " + room + " in one request to this worker");
        }
    }

    private static void requireRoom(EmbeddingCall call, EngineLoad load) {
        int texts = call.request().inputs().size();
        if (texts > load.queueLimit()) {
            throw RequestRejectedException.invalid(
                    "input", texts + " inputs", "at most " + load.queueLimit() + " in one request to this worker");
        }
    }

    private static void embed(Exchange exchange, HostedModel.Embedding hosted, RequestFields fields) {
        EmbeddingCall call = EmbeddingCall.decode(fields);
        requireRoom(call, hosted.load());
        CompletableFuture<EmbeddingResult> result = hosted.model().embed(call.request());
        exchange.whenEnded(() -> result.cancel(false));
        // The result comes on the model's thread, which has other texts to embed: hop to the exchange's.
        Future.fromCompletionStage(result, exchange.context())
                .onFailure(failure -> fail(exchange, failure))
                .onSuccess(embeddings -> {
                    exchange.tokens(embeddings.tokens(), 0);
                    if (!exchange.ended()) {
                        write(exchange, embeddings, hosted.name(), call.base64());
                    }
                });
    }

    private static void write(Exchange exchange, EmbeddingResult embeddings, String model, boolean base64) {
        if (embeddings.embeddings().size() <= INLINE_VECTORS) {
            exchange.json(EmbeddingReply.write(embeddings, model, base64).toBuffer());
            return;
        }
        exchange.vertx()
                .executeBlocking(
                        () -> EmbeddingReply.write(embeddings, model, base64).toBuffer(), false)
                .onSuccess(exchange::json);
    }

    private static void fail(Exchange exchange, Throwable failure) {
        Throwable cause = failure instanceof java.util.concurrent.CompletionException && failure.getCause() != null
                ? failure.getCause()
                : failure;
        switch (cause) {
            case RequestRejectedException rejection -> exchange.error(rejection.error());
            case EngineException refusal -> exchange.error(EngineErrors.of(refusal, exchange.endpoint()));
            default -> {
                LOG.error("request {} failed", exchange.id(), cause);
                exchange.error(ApiError.server(500, "internal_error", "an internal error"));
            }
        }
    }
}
