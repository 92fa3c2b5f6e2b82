package dev.penstock.gateway.cache;

import dev.penstock.gateway.config.CacheConfig;
import dev.penstock.gateway.config.PrivateAnswers;
import dev.penstock.gateway.pipeline.CacheControl;
import dev.penstock.gateway.pipeline.InferenceRequest;
import dev.penstock.gateway.pipeline.Principal;
import dev.penstock.gateway.pipeline.ResponseCache.CachedAnswer;
import dev.penstock.protocol.JsonDocument;
import dev.penstock.protocol.JsonLimits;
import dev.penstock.protocol.JsonRejectedException;
import dev.penstock.routing.Capability;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Operation;
import dev.penstock.routing.TokenUsage;
import dev.penstock.runtime.config.ByteSize;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What a request that was answered before takes of its event loop, of requests of 1 KiB. */
@State(Scope.Thread)
public class AnswerCacheBenchmark {
    private static final int REQUESTS = 64;
    private static final Instant NOW = Instant.EPOCH;
    private static final TokenUsage USED = new TokenUsage(250, 300, 0, false);

    /** The length of the answers' text. */
    @Param({"1024", "262144"})
    public int answerBytes = 1024;

    private final List<InferenceRequest> whole = new ArrayList<>();
    private final List<InferenceRequest> streams = new ArrayList<>();
    private Optional<AnswerCache> cache = Optional.empty();
    private int next;

    /** Remembers an answer to each. */
    @Setup
    public void remember() throws JsonRejectedException {
        CacheConfig config = new CacheConfig(
                ByteSize.parse("64MiB"),
                Duration.ofHours(1),
                ByteSize.parse("1MiB"),
                ByteSize.parse("1MiB"),
                true,
                PrivateAnswers.LOCAL,
                "",
                false,
                Optional.empty());
        AnswerCache full = new AnswerCache(
                () -> new AnswerCache.Terms(config, "version"),
                new AnswerCache.Secrets(new byte[32], new byte[32]),
                Optional.empty(),
                SharedAnswers.NONE,
                InstantSource.fixed(NOW),
                () -> 1.0);
        cache = Optional.of(full);
        String text = "It is what everybody says, and nobody has seen. ".repeat(answerBytes / 48 + 1);
        String answer =
                "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion\",\"created\":1700000000,\"model\":\"mock\","
                        + "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\""
                        + text.substring(0, answerBytes) + "\"},\"logprobs\":null,\"finish_reason\":\"stop\"}]}";
        byte[] kept = Keepable.of(Operation.CHAT, false, answer.getBytes(StandardCharsets.UTF_8), USED)
                .orElseThrow();
        for (int i = 0; i < REQUESTS; i++) {
            whole.add(request(i, false));
            streams.add(request(i, true));
            Asking asking = (Asking) full.recall(Principal.ANONYMOUS, whole.get(i), CacheControl.NONE);
            full.store().put(answer(asking.flight().orElseThrow(), kept));
        }
    }

    private static InferenceRequest request(int number, boolean stream) throws JsonRejectedException {
        String prompt = number + " the pool has room for one more request and the gate stays open".repeat(16);
        String body = "{\"model\":\"mock\",\"messages\":[{\"role\":\"user\",\"content\":\"" + prompt.substring(0, 940)
                + "\"}],\"max_tokens\":12" + (stream ? ",\"stream\":true}" : "}");
        return new InferenceRequest(
                "id",
                "",
                Operation.CHAT,
                new ModelId("mock"),
                JsonDocument.parse(body.getBytes(StandardCharsets.UTF_8), JsonLimits.DEFAULT),
                stream,
                false,
                1,
                OptionalLong.of(12),
                Set.of(Capability.CHAT),
                0);
    }

    private static StoredAnswer answer(String name, byte[] kept) {
        return new StoredAnswer(
                name,
                Optional.empty(),
                Principal.ANONYMOUS.tenant(),
                Principal.ANONYMOUS.id(),
                "mock",
                Operation.CHAT,
                kept,
                USED,
                OptionalLong.of(1_000),
                NOW,
                NOW.plusSeconds(60));
    }

    /** Ends its threads. */
    @TearDown
    public void close() {
        cache.ifPresent(AnswerCache::close);
    }

    /** The answer, as it was. */
    @Benchmark
    public Optional<CachedAnswer> exact() {
        return recalled(whole);
    }

    /** The answer as a stream. */
    @Benchmark
    public Optional<CachedAnswer> streamed() {
        return recalled(streams);
    }

    private Optional<CachedAnswer> recalled(List<InferenceRequest> requests) {
        next = (next + 1) % REQUESTS;
        return cache.orElseThrow()
                .recall(Principal.ANONYMOUS, requests.get(next), CacheControl.NONE)
                .exact();
    }
}
