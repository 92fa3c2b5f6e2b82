package dev.penstock.gateway.pipeline;

import dev.penstock.gateway.pipeline.ResponseCache.CachedAnswer;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What memory had to do with a request, as its answer and its record tell it.
 *
 * @param state {@code exact}, {@code semantic}, {@code miss} or {@code bypass}; empty where there is no memory
 * @param reason why it was passed by
 * @param age of the answer from memory
 * @param savedNanoUsd what it would have cost, in billionths of a dollar; 0 where that is not known
 * @param detail how like the question was, where that is told
 */
public record MemoryNote(
        String state, Optional<String> reason, Optional<Duration> age, long savedNanoUsd, Optional<String> detail) {
    /** There is no memory. */
    public static final MemoryNote NONE = new MemoryNote("", Optional.empty(), Optional.empty(), 0, Optional.empty());

    static final MemoryNote MISS = new MemoryNote("miss", Optional.empty(), Optional.empty(), 0, Optional.empty());

    private static final String HEADER = "x-penstock-cache";
    private static final String SAVED = "x-penstock-saved-usd";

    static MemoryNote bypass(String reason) {
        return new MemoryNote("bypass", Optional.of(reason), Optional.empty(), 0, Optional.empty());
    }

    static MemoryNote hit(CachedAnswer answer) {
        return new MemoryNote(
                answer.source().name().toLowerCase(Locale.ROOT),
                Optional.empty(),
                Optional.of(answer.age()),
                answer.nanoUsd().orElse(0),
                answer.detail());
    }

    /** It had the answer to another request that was running. */
    static MemoryNote shared(OptionalLong nanoUsd) {
        return new MemoryNote(
                "exact", Optional.empty(), Optional.of(Duration.ZERO), nanoUsd.orElse(0), Optional.empty());
    }

    /** Whether no worker was asked for its sake. */
    public boolean hit() {
        return age.isPresent();
    }

    /** Adds {@code x-penstock-cache}, and, of an answer from memory, {@code age} and {@code x-penstock-saved-usd}. */
    void add(Map<String, String> headers) {
        if (!state.isEmpty()) {
            headers.put(
                    HEADER,
                    state
                            + reason.map(why -> "; reason=" + why).orElse("")
                            + detail.map(how -> "; " + how).orElse(""));
        }
        age.ifPresent(old -> headers.put("age", Long.toString(Math.max(0, old.toSeconds()))));
        if (savedNanoUsd > 0) {
            headers.put(SAVED, AnswerHeaders.billed(savedNanoUsd));
        }
    }
}
