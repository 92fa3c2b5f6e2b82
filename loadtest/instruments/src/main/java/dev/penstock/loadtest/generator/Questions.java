package dev.penstock.loadtest.generator;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.penstock.loadtest.mock.AnswerKey;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/** Makes the requests of a plan. Those of the plan's own size are made once and kept; those of a trace as they come. */
final class Questions {
    /** What the mock's embeddings have. */
    static final int DIMENSIONS = 384;

    /** Of more prompts each is as good as new. */
    private static final int MOST_KEPT = 4_096;

    private static final String WORDS = "the pool has room for one more request and the gate stays open ";

    private final LoadPlan plan;
    private final String headers;
    private final String path;
    private final Map<Kind, Map<Integer, Question>> kept = new EnumMap<>(Kind.class);
    private final ModelsCheck.Known models;

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
        this.headers = fields.toString();
        this.models = new ModelsCheck.Known(plan.shape().model());
    }

    Question of(Due due) {
        RequestShape shape = plan.shape();
        boolean usual = due.bodyBytes() == shape.bodyBytes() && due.tokens() == shape.tokens();
        if (!usual || shape.prompts() > MOST_KEPT) {
            return make(due);
        }
        return kept.computeIfAbsent(due.kind(), _ -> new HashMap<>()).computeIfAbsent(due.prompt(), _ -> make(due));
    }

    private Question make(Due due) {
        RequestShape shape = plan.shape();
        if (due.kind() == Kind.MODELS) {
            String head = "GET " + path + "/models HTTP/1.1\r\n" + headers + "\r\n\r\n";
            return new Question(
                    due.kind(), Buffer.buffer(head.getBytes(StandardCharsets.US_ASCII)), () -> new ModelsCheck(models));
        }
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
        RequestShape.Text asked = shape.texts().isEmpty()
                ? new RequestShape.Text(
                        prompt(due, due.bodyBytes() - before.length() - after.length()), Optional.empty())
                : shape.texts().get(due.prompt());
        byte[] body = (before + quoted(asked.text()) + after).getBytes(StandardCharsets.UTF_8);
        String head = "POST " + path + (embeds ? "/embeddings" : "/chat/completions") + " HTTP/1.1\r\n" + headers
                + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length + "\r\n\r\n";
        Buffer bytes = Buffer.buffer(head.getBytes(StandardCharsets.US_ASCII)).appendBytes(body);
        return new Question(due.kind(), bytes, checks(due, model, asked));
    }

    private Supplier<AnswerCheck> checks(Due due, String model, RequestShape.Text asked) {
        Expected expected =
                plan.key().map(key -> expected(key, due, model, asked.text())).orElse(Expected.ANY);
        Optional<Expected> alike = asked.alike()
                .flatMap(text -> plan.key().map(key -> Expected.chat(key.answer(text, due.tokens()), model)));
        return switch (due.kind()) {
            case CHAT -> () -> new ChatCheck(expected, alike);
            case STREAM -> () -> new StreamCheck(expected);
            case EMBEDDING -> () -> new EmbeddingCheck(expected);
            case MODELS -> () -> new ModelsCheck(models);
        };
    }

    private static Expected expected(AnswerKey key, Due due, String model, String prompt) {
        return switch (due.kind()) {
            case CHAT -> Expected.chat(key.answer(prompt, due.tokens()), model);
            case STREAM -> Expected.stream(key.answer(prompt, due.tokens()), model);
            case EMBEDDING -> Expected.embedding(key, prompt, DIMENSIONS);
            case MODELS -> Expected.ANY;
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
