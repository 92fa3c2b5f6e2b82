package dev.penstock.loadtest.mock;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What one event loop remembers, since load repeats itself: the requests that it has read, by their bytes, and the answers
 * that it has rendered. To parse a prompt of 16 KiB takes longer than all else about it.
 */
final class LoopMemory {
    private static final long REQUEST_BYTES = 16L << 20;
    private static final long ANSWER_BYTES = 32L << 20;

    /** What an entry takes beside its texts, about. */
    private static final int OVERHEAD = 200;

    private final WeightedCache<Body, MockRequest> requests =
            new WeightedCache<>(REQUEST_BYTES, (body, request) -> body.json.length + textBytes(request) + OVERHEAD);
    private final WeightedCache<Question, Rendered> answers = new WeightedCache<>(
            ANSWER_BYTES, (question, answer) -> textBytes(question.request()) + answer.bytes() + OVERHEAD);

    /**
     * Reads a request.
     *
     * @throws MockRequestRefusedException as {@link MockRequest#parse} does
     */
    MockRequest request(MockEndpoint endpoint, byte[] json) {
        return requests.get(new Body(endpoint, json), body -> MockRequest.parse(body.endpoint, body.json));
    }

    Rendered answer(Question question) {
        return answers.get(question, Rendered::of);
    }

    private static long textBytes(MockRequest request) {
        long chars = 0;
        for (String text : request.texts()) {
            chars += text.length();
        }
        return chars;
    }

    /** A request as it came. */
    private static final class Body {
        private final MockEndpoint endpoint;
        private final byte[] json;

        Body(MockEndpoint endpoint, byte[] json) {
            this.endpoint = endpoint;
            this.json = json;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Body body && endpoint == body.endpoint && Arrays.equals(json, body.json);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(json);
        }
    }
}
