package dev.penstock.gateway.pipeline;

import dev.penstock.gateway.pipeline.RecordedExchange.Answer;
import dev.penstock.protocol.ApiError;
import dev.penstock.protocol.JsonDocument;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Answers to requests with an {@code Idempotency-Key}, so that one that is sent again is answered and billed once. A key is
 * its principal's own. While the first with a key runs, the others wait for it; once it was answered they get the same
 * answer; where it was not, the next of them runs. What is remembered is bounded in time ({@link #KEPT}), number
 * ({@value #MAX_ANSWERS}) and bytes ({@value #MAX_KEPT_BYTES}, an eighth of the process's budget at most); the oldest go
 * first. Of keys and requests only digests are held. Thread safe.
 *
 * <p>Source: draft-ietf-httpapi-idempotency-key-header, whose 409 and 422 these are.
 */
final class IdempotentAnswers {
    /** How long an answer is given again. */
    static final Duration KEPT = Duration.ofMinutes(10);

    static final int MAX_ANSWERS = 10_000;
    static final long MAX_KEPT_BYTES = 32 << 20;
    /** How many may wait for the same. */
    static final int MAX_WAITING = 8;

    private static final Duration SOON = Duration.ofSeconds(1);

    private final BufferBudget budget;
    private final Loop loop;
    private final Supplier<PipelineSettings> settings;
    private final long maxKeptBytes;
    private final Map<Key, Entry> entries = new HashMap<>();
    // Of the entries those that were answered, the oldest first.
    private final Deque<Entry> answered = new ArrayDeque<>();
    private long keptBytes;

    /** @param key a digest */
    private record Key(String principal, String key) {}

    private static final class Entry {
        private final Key key;
        private final String request;
        private final List<Promise<Void>> waiting = new ArrayList<>();
        private boolean over;
        private Optional<Answer> answer = Optional.empty();

        Entry(Key key, String request) {
            this.key = key;
            this.request = request;
        }
    }

    IdempotentAnswers(BufferBudget budget, Supplier<PipelineSettings> settings, Loop loop) {
        this.budget = budget;
        this.settings = settings;
        this.loop = loop;
        this.maxKeptBytes = Math.min(MAX_KEPT_BYTES, budget.limit() / 8);
    }

    /**
     * The answer that the request was given before; empty where it is to be run, since it has no key or is the first with
     * it. Fails where the key was another request's, its answer was too long to be kept, or too many wait for it.
     */
    Future<Optional<Answer>> given(Passage passage, Asked asked) {
        Optional<String> key = passage.arrival.idempotencyKey();
        if (key.isEmpty() || passage.recorded.isEmpty()) {
            return Future.succeededFuture(Optional.empty());
        }
        InferenceRequest request = asked.request();
        return given(
                passage.recorded.get(),
                request,
                new Key(asked.principal().id(), digest(request.operation().path(), key.get())),
                digest(request.operation().path(), request.body()));
    }

    private Future<Optional<Answer>> given(
            RecordedExchange client, InferenceRequest request, Key key, String fingerprint) {
        Promise<Void> turn = Promise.promise();
        synchronized (this) {
            Entry entry = entries.get(key);
            if (entry == null) {
                Entry first = new Entry(key, fingerprint);
                entries.put(key, first);
                client.record(recording(first));
                return Future.succeededFuture(Optional.empty());
            }
            if (!entry.request.equals(fingerprint)) {
                return refused(reused());
            }
            if (entry.over) {
                return entry.answer.isPresent() ? Future.succeededFuture(entry.answer) : refused(notKept());
            }
            if (entry.waiting.size() >= MAX_WAITING) {
                return refused(running());
            }
            entry.waiting.add(turn);
        }
        Duration left = settings.get().deadline().minusNanos(loop.nanoTime() - request.receivedNanos());
        Loop.Timer timer = loop.schedule(
                left.compareTo(SOON) < 0 ? SOON : left,
                () -> turn.tryFail(new GatewayException(new GatewayError.BadRequest(running()))));
        client.closed().onComplete(gone -> turn.tryFail(new GatewayException(new GatewayError.ClientGone())));
        return loop.here(turn.future())
                .onComplete(done -> {
                    timer.cancel();
                    leave(key, turn);
                })
                .compose(over -> given(client, request, key, fingerprint));
    }

    private synchronized void leave(Key key, Promise<Void> turn) {
        Entry entry = entries.get(key);
        if (entry != null) {
            entry.waiting.remove(turn);
        }
    }

    private RecordedExchange.Listener recording(Entry entry) {
        return new RecordedExchange.Listener() {
            @Override
            public void whole(Answer answer) {
                keep(entry, Optional.of(answer));
            }

            @Override
            public void tooLong() {
                keep(entry, Optional.empty());
            }

            @Override
            public void failed() {
                forget(entry);
            }
        };
    }

    /** Called by the loop of the request, whose timer forgets the answer again. */
    private void keep(Entry entry, Optional<Answer> answer) {
        List<Promise<Void>> waiting;
        synchronized (this) {
            entry.over = true;
            entry.answer = answer;
            keptBytes += bytes(entry);
            answered.addLast(entry);
            while (answered.size() > MAX_ANSWERS || keptBytes > maxKeptBytes) {
                drop(answered.getFirst());
            }
            waiting = List.copyOf(entry.waiting);
        }
        loop.schedule(KEPT, () -> forget(entry));
        waiting.forEach(Promise::tryComplete);
    }

    private void forget(Entry entry) {
        List<Promise<Void>> waiting;
        synchronized (this) {
            drop(entry);
            waiting = List.copyOf(entry.waiting);
        }
        waiting.forEach(Promise::tryComplete);
    }

    private void drop(Entry entry) {
        entries.remove(entry.key, entry);
        if (answered.remove(entry)) {
            keptBytes -= bytes(entry);
            budget.adjust(-bytes(entry));
        }
    }

    private static long bytes(Entry entry) {
        return entry.answer.map(kept -> (long) kept.body().length()).orElse(0L);
    }

    private static <T> Future<T> refused(ApiError error) {
        return Future.failedFuture(new GatewayException(new GatewayError.BadRequest(error)));
    }

    private static ApiError reused() {
        return ApiError.invalid(422, "Idempotency-Key: was given with another request (expected: a key of its own)")
                .withCode("idempotency_key_reused");
    }

    private static ApiError running() {
        return ApiError.invalid(409, "Idempotency-Key: a request with it is running (expected: to wait for its answer)")
                .withCode("idempotency_key_in_use")
                .withRetryAfter(SOON);
    }

    private static ApiError notKept() {
        return ApiError.invalid(
                        409,
                        "Idempotency-Key: its request was answered, and the answer is too long to be kept (expected: a new"
                                + " key)")
                .withCode("idempotency_answer_not_kept")
                .withRetryable(false);
    }

    private static String digest(String path, String key) {
        return digest(path, key.getBytes(StandardCharsets.UTF_8));
    }

    private static String digest(String path, JsonDocument body) {
        return digest(path, body.bytes());
    }

    private static String digest(String path, byte[] bytes) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update(path.getBytes(StandardCharsets.UTF_8));
            sha.update((byte) 0);
            return HexFormat.of().formatHex(sha.digest(bytes));
        } catch (NoSuchAlgorithmException never) {
            throw new IllegalStateException("every Java has SHA-256", never);
        }
    }
}
