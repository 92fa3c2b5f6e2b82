package dev.penstock.loadtest.generator;

import io.vertx.core.buffer.Buffer;

/**
 * A request, ready to be written, and what is to be said of its answer.
 *
 * @param kind what it asks for
 * @param bytes its head and body
 * @param tokens of its answer
 * @param expected of its answer
 */
record Question(Kind kind, Buffer bytes, int tokens, Expected expected) {
    /** Begins to check an answer. */
    AnswerCheck check() {
        return switch (kind) {
            case CHAT -> new ChatCheck(expected);
            case STREAM -> new StreamCheck(expected);
            case EMBEDDING -> new EmbeddingCheck(expected);
        };
    }
}
