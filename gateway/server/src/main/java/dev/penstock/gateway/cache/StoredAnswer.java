package dev.penstock.gateway.cache;

import dev.penstock.cache.index.Embedding;
import dev.penstock.routing.Operation;
import dev.penstock.routing.TokenUsage;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An answer that is kept.
 *
 * @param name by which exactly that request finds it
 * @param question by which others may
 * @param tenant whose it is
 * @param key the id of who asked
 * @param model that was asked for
 * @param answer as {@link Keepable} makes it; nobody changes it
 * @param used what it took to make it
 * @param nanoUsd what it cost to make it, in billionths of a dollar; empty where that is not known
 */
@SuppressWarnings("ArrayRecordComponent") // compared by its name alone
record StoredAnswer(
        String name,
        Optional<Question> question,
        String tenant,
        String key,
        String model,
        Operation operation,
        byte[] answer,
        TokenUsage used,
        OptionalLong nanoUsd,
        Instant created,
        Instant expires) {
    /** Of one without a known price: what a token is taken to be worth, in billionths of a dollar. */
    private static final long NANO_USD_A_TOKEN = 100;

    private static final int OVERHEAD = 512;
    /** Most questions are asked within conversations of their own: each is alone in its partition. */
    private static final int PARTITION = 1_024;

    /**
     * What was asked.
     *
     * @param partition within which it may be found
     */
    record Question(String partition, String text, Embedding embedding) {}

    /** What it takes of the heap, in bytes, about. */
    long bytes() {
        return OVERHEAD
                + answer.length
                + 2L * (name.length() + tenant.length() + key.length() + model.length())
                + question.map(asked -> PARTITION
                                + 2L
                                        * (asked.text().length()
                                                + asked.partition().length())
                                + 2 * asked.embedding().bytes())
                        .orElse(0L);
    }

    /** What it saves to have it, in billionths of a dollar, at least 1. */
    long worth() {
        return Math.max(1, nanoUsd.orElse(Math.min(used.totalTokens(), Integer.MAX_VALUE) * NANO_USD_A_TOKEN));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StoredAnswer that && name.equals(that.name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    /** Never what was asked or answered. */
    @Override
    public String toString() {
        return "StoredAnswer[" + name + ", " + answer.length + " bytes]";
    }
}
