package dev.penstock.loadtest.mock;

import io.vertx.core.buffer.Buffer;

/** The right answer as it is written. */
sealed interface Rendered {
    /** Its length, about. */
    long bytes();

    /** As one body of JSON. */
    record Whole(Buffer json) implements Rendered {
        @Override
        public long bytes() {
            return json.length();
        }
    }

    /** As a stream. */
    record Streamed(StreamPlan plan) implements Rendered {
        @Override
        public long bytes() {
            return plan.bytes() + 4L * plan.size();
        }
    }

    /** The answer to a question. */
    static Rendered of(Question question) {
        MockRequest asked = question.request();
        return switch (question.endpoint()) {
            case EMBEDDING ->
                whole(MockEmbeddings.json(
                        question.key(), asked.model(), asked.texts(), question.dimensions(), asked.base64()));
            case CHAT, COMPLETION -> {
                if (asked.stream()) {
                    yield new Streamed(StreamPlan.of(question));
                }
                yield whole(
                        question.endpoint() == MockEndpoint.CHAT
                                ? question.answer().json(asked.model(), asked.choices())
                                : question.answer().textJson(asked.model(), asked.choices()));
            }
        };
    }

    private static Whole whole(byte[] json) {
        return new Whole(Buffer.buffer(json));
    }
}
