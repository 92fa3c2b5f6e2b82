package dev.penstock.loadtest.mock;

import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * What a mock answers, how fast, and how often it does not.
 *
 * @param models their names, at least one; any other is answered with 404
 * @param key of the answers
 * @param defaultTokens the tokens of an answer where a request does not say, from 1 to 131,072
 * @param dimensions of an embedding where a request does not say, from 1 to 65,536
 * @param timeToFirstToken from the end of a request to the first byte of its answer; all that an embedding takes
 * @param interToken from token to token; an answer that is not a stream takes as long, and comes at once
 * @param batchSlowdown how much each further request makes the others slower: the time from token to token is that of
 *     {@code interToken} times {@code 1 + batchSlowdown * (n - 1)} with n requests in flight; from 0 to 100
 * @param maxConcurrent requests at once, from 1; what is beyond is answered with 503 and Retry-After
 * @param faults how often what goes wrong
 * @param separateChunks whether each event of a stream is sent by itself, as an engine sends them that computes between
 *     them, also where it is time for several
 */
public record MockSettings(
        List<String> models,
        AnswerKey key,
        int defaultTokens,
        int dimensions,
        Delay timeToFirstToken,
        Delay interToken,
        double batchSlowdown,
        int maxConcurrent,
        FaultMix faults,
        boolean separateChunks) {
    /** The most tokens of an answer. */
    public static final int MAX_TOKENS = 131_072;

    /** The most dimensions of an embedding. */
    public static final int MAX_DIMENSIONS = 65_536;

    /**
     * Settings within their bounds.
     *
     * @throws IllegalArgumentException when they are not kept
     */
    public MockSettings {
        if (models.isEmpty()) {
            throw new IllegalArgumentException("models: none (expected: at least one name)");
        }
        for (String model : models) {
            if (model.isBlank() || model.chars().anyMatch(Character::isISOControl)) {
                throw new IllegalArgumentException(
                        "models: \"" + model + "\" (expected: a name without control characters)");
            }
        }
        checkRange("default tokens", defaultTokens, MAX_TOKENS);
        checkRange("dimensions", dimensions, MAX_DIMENSIONS);
        checkRange("max concurrent", maxConcurrent, Integer.MAX_VALUE);
        if (!(batchSlowdown >= 0 && batchSlowdown <= 100)) {
            throw new IllegalArgumentException("batch slowdown: " + batchSlowdown + " (expected: 0 to 100)");
        }
        models = List.copyOf(models);
    }

    /** A model named {@code mock} that answers at once, never fails and takes whatever comes: seed 1, 16 tokens of 4 bytes. */
    public static MockSettings instant() {
        return new MockSettings(
                List.of("mock"),
                new AnswerKey(1, 4),
                16,
                384,
                Delay.NONE,
                Delay.NONE,
                0,
                Integer.MAX_VALUE,
                FaultMix.NONE,
                false);
    }

    /** The same with other models. */
    public MockSettings withModels(List<String> other) {
        return new MockSettings(
                other,
                key,
                defaultTokens,
                dimensions,
                timeToFirstToken,
                interToken,
                batchSlowdown,
                maxConcurrent,
                faults,
                separateChunks);
    }

    /** The same with other answers. */
    public MockSettings withKey(AnswerKey other) {
        return new MockSettings(
                models,
                other,
                defaultTokens,
                dimensions,
                timeToFirstToken,
                interToken,
                batchSlowdown,
                maxConcurrent,
                faults,
                separateChunks);
    }

    /** The same with answers of another length. */
    public MockSettings withDefaultTokens(int other) {
        return new MockSettings(
                models,
                key,
                other,
                dimensions,
                timeToFirstToken,
                interToken,
                batchSlowdown,
                maxConcurrent,
                faults,
                separateChunks);
    }

    /** The same at another pace. */
    public MockSettings withPace(Delay first, Delay between) {
        return new MockSettings(
                models,
                key,
                defaultTokens,
                dimensions,
                first,
                between,
                batchSlowdown,
                maxConcurrent,
                faults,
                separateChunks);
    }

    /** The same at another constant pace. */
    public MockSettings withPace(Duration first, Duration between) {
        return withPace(new Delay.Constant(first), new Delay.Constant(between));
    }

    /** The same, slowed down more or less by what it does at once. */
    public MockSettings withBatchSlowdown(double other) {
        return new MockSettings(
                models,
                key,
                defaultTokens,
                dimensions,
                timeToFirstToken,
                interToken,
                other,
                maxConcurrent,
                faults,
                separateChunks);
    }

    /** The same with another limit. */
    public MockSettings withMaxConcurrent(int other) {
        return new MockSettings(
                models,
                key,
                defaultTokens,
                dimensions,
                timeToFirstToken,
                interToken,
                batchSlowdown,
                other,
                faults,
                separateChunks);
    }

    /** The same with other faults. */
    public MockSettings withFaults(FaultMix other) {
        return new MockSettings(
                models,
                key,
                defaultTokens,
                dimensions,
                timeToFirstToken,
                interToken,
                batchSlowdown,
                maxConcurrent,
                other,
                separateChunks);
    }

    /** The same with each event of a stream sent by itself, or not. */
    public MockSettings withSeparateChunks(boolean other) {
        return new MockSettings(
                models,
                key,
                defaultTokens,
                dimensions,
                timeToFirstToken,
                interToken,
                batchSlowdown,
                maxConcurrent,
                faults,
                other);
    }

    /** The time from one token to the next, with so many requests in flight, from 1. */
    long interTokenNanos(RandomGenerator random, int inFlight) {
        long alone = interToken.nanos(random);
        return batchSlowdown == 0 ? alone : Math.round(alone * (1 + batchSlowdown * (inFlight - 1)));
    }

    private static void checkRange(String field, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(field + ": " + value + " (expected: 1 to " + most + ")");
        }
    }
}
