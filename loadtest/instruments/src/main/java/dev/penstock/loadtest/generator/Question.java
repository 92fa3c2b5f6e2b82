package dev.penstock.loadtest.generator;

import io.vertx.core.buffer.Buffer;
import java.util.function.Supplier;

/**
 * A request, ready to be written, and what is to be said of its answer.
 *
 * @param kind what it asks for
 * @param bytes its head and body
 * @param checks begin to check an answer
 */
record Question(Kind kind, Buffer bytes, Supplier<AnswerCheck> checks) {
    /** Begins to check an answer. */
    AnswerCheck check() {
        return checks.get();
    }
}
