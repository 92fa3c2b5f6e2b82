package dev.penstock.loadtest.generator;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.penstock.loadtest.mock.AnswerKey;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** Makes the requests of a plan. Those of the plan's own size are made once and kept; those of a trace as they come. */
final class Questions {
    /** What the mock's embeddings have. */
    static final int DIMENSIONS = 384;

    private static final String WORDS = "the pool has room for one more request and the gate stays open ";

    private final LoadPlan plan;
    private final String headers;
    private final String path;
    private final Map<Kind, Map<Integer, Question>> kept = new EnumMap<>(Kind.class);

    Questions(LoadPlan plan) {
        this.plan = plan;
        URI target = plan.target();
        String base = target.getRawPath() == null ? "" : target.getRawPath();
        while (base.endsWith("/")) {
            base = base.substring(0, base.length() - 1);
        }
        this.path = base.endsWith("/v1") ? base : base + "/v1";
        StringBuilder fields = new StringBuilder("Host: ").append(target.getRawAuthority());
        plan.apiKey()
                .ifPresent(key -> fields.append("\r\nAuthorization: Bearer ").append(key));
        plan.headers()
                .forEach((name, value) ->
                        fields.append("\r\n").append(name).append(": ").append(value));
        this.headers = fields.append("\r\nContent-Type: application/json\r\nContent-Length: ")
                .toString();
    }

    Question of(Due due) {
        RequestShape shape = plan.shape();
        if (due.bodyBytes() != shape.bodyBytes() || due.tokens() != shape.tokens()) {
            return make(due);
        }
        return kept.computeIfAbsent(due.kind(), _ -> new HashMap<>()).computeIfAbsent(due.prompt(), _ -> make(due));
    }

    private Question make(Due due) {
        RequestShape shape = plan.shape();
        boolean embeds = due.kind() == Kind.EMBEDDING;
        String model = embeds ? shape.embeddingModel() : shape.model();
        String before = "{\"model\":\"" + quoted(model)
                + (embeds ? "\",\"input\":\"" : "\",\"messages\":[{\"role\":\"user\",\"content\":\"");
        String after = embeds
                ? "\"}"
                : "\"}],\"max_tokens\":" + due.tokens()
                        + (due.kind() == Kind.STREAM
                                ? ",\"stream\":true,\"stream_options\":{\"include_usage\":true}}"
                                : "}");
        String prompt = prompt(due, due.bodyBytes() - before.length() - after.length());
        byte[] body = (before + prompt + after).getBytes(StandardCharsets.UTF_8);
        String head = "POST " + path + (embeds ? "/embeddings" : "/chat/completions") + " HTTP/1.1\r\n" + headers
                + body.length + "\r\n\r\n";
        Buffer bytes = Buffer.buffer(head.getBytes(StandardCharsets.US_ASCII)).appendBytes(body);
        return new Question(due.kind(), bytes, due.tokens(), expected(due, model, prompt));
    }

    private Expected expected(Due due, String model, String prompt) {
        if (plan.key().isEmpty()) {
            return Expected.ANY;
        }
        AnswerKey key = plan.key().get();
        return switch (due.kind()) {
            case CHAT -> Expected.chat(key.answer(prompt, due.tokens()), model);
            case STREAM -> Expected.stream(key.answer(prompt, due.tokens()), model);
            case EMBEDDING -> Expected.embedding(key, prompt, DIMENSIONS);
        };
    }

    /** Words, after a number that makes each prompt its own. Of letters and blanks only: as long in JSON as it is. */
    private String prompt(Due due, int length) {
        long own = new SplittableRandom(plan.seed() * 31 + due.prompt()).nextLong(1L << 48);
        StringBuilder prompt =
                new StringBuilder(Math.max(16, length)).append(own).append(' ');
        while (prompt.length() < length) {
            prompt.append(WORDS, 0, Math.min(WORDS.length(), length - prompt.length()));
        }
        return prompt.toString();
    }

    private static String quoted(String text) {
        return String.valueOf(JsonStringEncoder.getInstance().quoteAsString(text));
    }
}
