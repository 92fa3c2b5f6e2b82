package dev.penstock.loadtest.bench;

import dev.penstock.loadtest.mock.AnswerKey;
import java.time.Duration;

/**
 * What the mock behind all targets is like in a scenario.
 *
 * @param tokenBytes the length of each token's text
 * @param interToken from token to token of a stream
 * @param separateChunks whether each event of a stream is sent by itself, as by an engine that computes between them
 */
public record MockPace(int tokenBytes, Duration interToken, boolean separateChunks) {
    /** Of all mocks of a bench. */
    public static final String MODEL = "mock";

    /** What the answers of such a mock are checked by. */
    public AnswerKey key() {
        return new AnswerKey(1, tokenBytes);
    }
}
