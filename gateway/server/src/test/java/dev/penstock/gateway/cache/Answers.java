package dev.penstock.gateway.cache;

import dev.penstock.cache.index.Embedding;
import dev.penstock.gateway.cache.StoredAnswer.Question;
import dev.penstock.routing.Operation;
import dev.penstock.routing.TokenUsage;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/** Answers to keep. */
final class Answers {
    private Answers() {}

    static StoredAnswer of(String name, String tenant, int bytes, long nanoUsd, Optional<Question> question) {
        return new StoredAnswer(
                name,
                question,
                tenant,
                "key",
                "m",
                Operation.CHAT,
                new byte[bytes],
                new TokenUsage(10, 5, 0, false),
                nanoUsd < 0 ? OptionalLong.empty() : OptionalLong.of(nanoUsd),
                Instant.EPOCH,
                Instant.EPOCH.plusSeconds(60));
    }

    static Optional<Question> asked(String partition, float... vector) {
        return Optional.of(new Question(partition, "what is it?", Embedding.of(vector)));
    }
}
