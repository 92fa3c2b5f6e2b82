package dev.penstock.loadtest.mock;

import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** Answers as they are written, those asked for last; of one event loop. What is left out is rendered again. */
final class AnswerCache {
    /** What an entry takes beside its bytes, about. */
    private static final int OVERHEAD = 200;

    private final long maxBytes;
    private final Map<Question, Rendered> answers = new LinkedHashMap<>(256, 0.75f, true);
    private long bytes;

    /** All that an answer depends on. */
    record Question(AnswerKey key, int defaultTokens, int dimensions, MockEndpoint endpoint, MockRequest request) {
        int tokens() {
            return request.tokens().orElse(defaultTokens);
        }

        long bytes() {
            long chars = 0;
            for (String text : request.texts()) {
                chars += text.length();
            }
            return chars;
        }
    }

    /** An answer as it is written. */
    sealed interface Rendered {
        long bytes();
    }

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

    /** A cache of so many bytes, about. */
    AnswerCache(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    long bytes() {
        return bytes;
    }

    Rendered get(Question question, Function<Question, Rendered> render) {
        Rendered known = answers.get(question);
        if (known != null) {
            return known;
        }
        Rendered rendered = render.apply(question);
        long weight = weight(question, rendered);
        if (weight <= maxBytes / 4) {
            answers.put(question, rendered);
            bytes += weight;
            evict();
        }
        return rendered;
    }

    private void evict() {
        var eldest = answers.entrySet().iterator();
        while (bytes > maxBytes) {
            Map.Entry<Question, Rendered> entry = eldest.next();
            bytes -= weight(entry.getKey(), entry.getValue());
            eldest.remove();
        }
    }

    private static long weight(Question question, Rendered rendered) {
        return question.bytes() + rendered.bytes() + OVERHEAD;
    }
}
