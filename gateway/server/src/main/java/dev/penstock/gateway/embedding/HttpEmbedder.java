package dev.penstock.gateway.embedding;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.penstock.gateway.embedding.EmbeddingMissedException.Reason;
import dev.penstock.runtime.config.Secret;
import dev.penstock.runtime.net.BoundedAnswer;
import dev.penstock.runtime.net.ClientConfig;
import dev.penstock.runtime.net.HttpClientFactory;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Embeds by a server's {@code /v1/embeddings}, in OpenAI's shape: texts leave this process. A text that comes while there is
 * room for another request goes out at once; those that wait go out together. A request that nobody waits for any more is
 * reset. Nothing of a text, of a key or of what a server says is logged.
 *
 * <p>All of it happens on one event loop: that on which it is made, or one of its own.
 */
public final class HttpEmbedder implements Embedder {
    /** Texts that wait for a request to end: more could not come in time. */
    static final int MAX_WAITING = 64;
    /** Texts of one request. */
    static final int MAX_BATCH = 16;
    /** Requests under way. */
    static final int MAX_REQUESTS = 4;
    /** Of an answer, bytes a text: the most dimensions there may be, in 30 characters each. */
    static final int MAX_BYTES = 30 * EmbeddingsAnswer.MAX_DIMENSIONS;

    private static final Logger LOG = LoggerFactory.getLogger(HttpEmbedder.class);
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int HTTPS = 443;
    private static final int HTTP = 80;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int UNAVAILABLE = 503;

    private final Vertx vertx;
    private final Context context;
    private final HttpClient client;
    private final Server server;
    private final EmbeddingCounts counts;
    /** Texts that have come and are in no request yet. */
    private final AtomicInteger waiting = new AtomicInteger();

    private volatile boolean closed;

    // On the context alone.
    private final Deque<Asked> queue = new ArrayDeque<>();
    private int requests;
    private int dimensions;
    private boolean failing;

    /**
     * Who embeds.
     *
     * @param url scheme, host, port, and a path prefix where there is one, without the {@code /v1} of the API
     * @param model as it is called there
     * @param key what it is shown as a bearer token
     */
    public record Server(URI url, String model, Optional<Secret> key) {
        RequestOptions request() {
            boolean tls = "https".equalsIgnoreCase(url.getScheme());
            String prefix = url.getRawPath() == null ? "" : url.getRawPath().replaceFirst("/+$", "");
            RequestOptions options = new RequestOptions()
                    .setMethod(HttpMethod.POST)
                    .setSsl(tls)
                    .setHost(url.getHost().replaceAll("[\\[\\]]", ""))
                    .setPort(url.getPort() >= 0 ? url.getPort() : tls ? HTTPS : HTTP)
                    .setURI(prefix + "/v1/embeddings")
                    .setFollowRedirects(false)
                    .putHeader(HttpHeaders.CONTENT_TYPE, "application/json");
            key.ifPresent(secret -> options.putHeader(HttpHeaders.AUTHORIZATION, "Bearer " + secret.reveal()));
            return options;
        }
    }

    /**
     * One of that server.
     *
     * @param config how it is called; of connections there are no more than {@value #MAX_REQUESTS}
     * @param counts what comes of each text is counted there
     * @throws IllegalArgumentException when the TLS material does not load
     */
    public HttpEmbedder(Vertx vertx, ClientConfig config, Server server, EmbeddingCounts counts) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.client = HttpClientFactory.create(vertx, config.withMaxConnections(MAX_REQUESTS));
        this.server = server;
        this.counts = counts;
    }

    /** A text that is to be embedded. On the context alone, but for the future. */
    private static final class Asked {
        final String text;
        final long deadlineNanos;
        final Promise<float[]> vector = Promise.promise();
        long timer;
        Optional<Batch> batch = Optional.empty();

        Asked(String text, long deadlineNanos) {
            this.text = text;
            this.deadlineNanos = deadlineNanos;
        }
    }

    /** A request, and the texts that it is of. On the context alone. */
    private static final class Batch {
        final List<Asked> texts;
        final Promise<List<float[]>> vectors = Promise.promise();
        int wanted;
        Optional<HttpClientRequest> request = Optional.empty();

        Batch(List<Asked> texts) {
            this.texts = texts;
            this.wanted = texts.size();
        }

        /** One of its texts came too late. */
        void leave() {
            wanted--;
            if (wanted == 0) {
                // What is still being dialled is given up when there is a connection, and has its place until then.
                request.ifPresent(sent -> {
                    sent.reset();
                    vectors.tryFail(new Abandoned());
                });
            }
        }
    }

    /** Nobody waited for it any more. */
    private static final class Abandoned extends Exception {
        private static final long serialVersionUID = 1;

        Abandoned() {
            super("nobody waits for it", null, false, false);
        }
    }

    /** The server says that it has too much to do. */
    private static final class Overloaded extends Exception {
        private static final long serialVersionUID = 1;

        Overloaded() {
            super("it is overloaded", null, false, false);
        }
    }

    @Override
    public boolean leavesProcess() {
        return true;
    }

    @Override
    public Future<float[]> embed(String text, Duration within) {
        Asked asked = new Asked(EmbeddedText.of(text), System.nanoTime() + within.toNanos());
        if (closed) {
            missed(asked, Reason.FAILED);
        } else if (waiting.incrementAndGet() > MAX_WAITING) {
            waiting.decrementAndGet();
            missed(asked, Reason.BUSY);
        } else {
            context.runOnContext(here -> accept(asked));
        }
        return asked.vector.future();
    }

    private void missed(Asked asked, Reason reason) {
        if (!asked.vector.future().isComplete()) {
            counts.countMissed(reason);
            asked.vector.fail(new EmbeddingMissedException(reason));
        }
    }

    private void made(Asked asked, float[] vector) {
        if (!asked.vector.future().isComplete()) {
            counts.countMade();
            asked.vector.complete(vector);
        }
    }

    private void accept(Asked asked) {
        queue.add(asked);
        long leftMillis = TimeUnit.NANOSECONDS.toMillis(asked.deadlineNanos - System.nanoTime() + 999_999);
        asked.timer = vertx.setTimer(Math.max(1, leftMillis), now -> late(asked));
        next();
    }

    private void late(Asked asked) {
        missed(asked, Reason.LATE);
        if (queue.remove(asked)) {
            waiting.decrementAndGet();
        } else {
            asked.batch.ifPresent(Batch::leave);
        }
    }

    /** Sends what waits, as far as there is room. */
    private void next() {
        while (!queue.isEmpty() && (closed || requests < MAX_REQUESTS)) {
            List<Asked> texts = new ArrayList<>();
            while (!queue.isEmpty() && texts.size() < MAX_BATCH) {
                texts.add(queue.remove());
            }
            waiting.addAndGet(-texts.size());
            Batch batch = new Batch(texts);
            texts.forEach(asked -> asked.batch = Optional.of(batch));
            requests++;
            batch.vectors.future().onComplete(vectors -> {
                requests--;
                settle(batch, vectors);
                next();
            });
            send(batch);
        }
    }

    private void send(Batch batch) {
        // A client that throws is a failure like another.
        Future.succeededFuture()
                .compose(now -> client.request(server.request()))
                .compose(request -> {
                    if (batch.wanted == 0) {
                        HttpClientFactory.abandon(request);
                        return Future.failedFuture(new Abandoned());
                    }
                    batch.request = Optional.of(request);
                    return answer(request, batch.texts).onFailure(failure -> request.reset());
                })
                .onComplete(vectors -> {
                    if (vectors.succeeded()) {
                        batch.vectors.tryComplete(vectors.result());
                    } else {
                        batch.vectors.tryFail(vectors.cause());
                    }
                });
    }

    /** Whoever takes the head is named before anything is sent: named later, it could miss the body. */
    private Future<List<float[]>> answer(HttpClientRequest request, List<Asked> texts) {
        Future<Buffer> body = request.response().compose(response -> body(response, texts.size()));
        return request.send(question(texts))
                .compose(sent -> body)
                .compose(bytes -> elsewhere(bytes.getBytes(), texts.size()))
                .map(this::checked);
    }

    private Buffer question(List<Asked> texts) {
        ObjectNode question = MAPPER.createObjectNode().put("model", server.model());
        ArrayNode input = question.putArray("input");
        texts.forEach(asked -> input.add(asked.text));
        return Buffer.buffer(question.put("encoding_format", "float").toString());
    }

    private static Future<Buffer> body(HttpClientResponse response, int texts) {
        return switch (response.statusCode()) {
            case 200 -> BoundedAnswer.body(response, texts * MAX_BYTES);
            case TOO_MANY_REQUESTS, UNAVAILABLE -> Future.failedFuture(new Overloaded());
            default ->
                Future.failedFuture(
                        new EmbeddingsAnswer.Refused("status " + response.statusCode() + " (expected: 200)"));
        };
    }

    /** To read many vectors takes milliseconds, which the event loop has not. */
    private Future<List<float[]>> elsewhere(byte[] body, int texts) {
        return Future.fromCompletionStage(
                CompletableFuture.supplyAsync(() -> EmbeddingsAnswer.read(body, texts), Thread::startVirtualThread),
                context);
    }

    /** Vectors of another model, which lie elsewhere, are like none of those before. */
    private List<float[]> checked(List<float[]> vectors) {
        int given = vectors.getFirst().length;
        if (dimensions != 0 && dimensions != given) {
            throw new EmbeddingsAnswer.Refused(
                    "embedding: " + given + " dimensions (expected: " + dimensions + ", as before)");
        }
        dimensions = given;
        return vectors;
    }

    private void settle(Batch batch, AsyncResult<List<float[]>> vectors) {
        batch.texts.forEach(asked -> vertx.cancelTimer(asked.timer));
        if (vectors.failed()) {
            Reason reason = reason(vectors.cause());
            batch.texts.forEach(asked -> missed(asked, reason));
            return;
        }
        say(Optional.empty());
        for (int i = 0; i < batch.texts.size(); i++) {
            made(batch.texts.get(i), vectors.result().get(i));
        }
    }

    private Reason reason(Throwable failure) {
        return switch (failure) {
            case Abandoned late -> Reason.LATE;
            case Overloaded busy -> Reason.BUSY;
            default -> {
                say(Optional.of(failure));
                yield Reason.FAILED;
            }
        };
    }

    /** When it begins to fail, and when it no longer does; what others put into their messages is not repeated. */
    private void say(Optional<Throwable> failure) {
        if (failing == failure.isPresent() || closed) {
            return;
        }
        failing = failure.isPresent();
        if (failing) {
            LOG.warn(
                    "no embeddings from {}: {}",
                    server.url(),
                    failure.map(HttpEmbedder::told).orElse(""));
        } else {
            LOG.info("embeddings from {} again", server.url());
        }
    }

    private static String told(Throwable failure) {
        return switch (failure) {
            case CompletionException wrapped when wrapped.getCause() != null -> told(wrapped.getCause());
            case EmbeddingsAnswer.Refused refused -> String.valueOf(refused.getMessage());
            case BoundedAnswer.TooLong tooLong -> String.valueOf(tooLong.getMessage());
            case IOException network -> network.toString();
            default -> failure.getClass().getSimpleName();
        };
    }

    @Override
    public void close() {
        closed = true;
        var unused = client.close();
        context.runOnContext(here -> next()); // what waits is refused by a client that is closed
    }
}
