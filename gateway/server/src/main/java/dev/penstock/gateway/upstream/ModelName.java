package dev.penstock.gateway.upstream;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.penstock.protocol.AnswerFacts;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/** A model's name put in the place of another, in answers of a worker that calls the model otherwise. */
final class ModelName {
    private final byte[] json;

    private ModelName(byte[] json) {
        this.json = json;
    }

    static ModelName of(String name) {
        return new ModelName(quoted(name).getBytes(StandardCharsets.UTF_8));
    }

    /** As a JSON string. */
    static String quoted(String name) {
        return "\"" + new String(JsonStringEncoder.getInstance().quoteAsString(name)) + "\"";
    }

    /**
     * The bytes from {@code start} to {@code end} with this name as their {@code model}, where they have one.
     *
     * @param jsonStart where in {@code bytes} the JSON begins that the facts were read of
     */
    Buffer into(byte[] bytes, int start, int end, int jsonStart, AnswerFacts facts) {
        if (facts.modelStart() < 0) {
            return Buffer.buffer(end - start).appendBytes(bytes, start, end - start);
        }
        int from = jsonStart + (int) facts.modelStart();
        int to = jsonStart + (int) facts.modelEnd();
        return Buffer.buffer(end - start + json.length)
                .appendBytes(bytes, start, from - start)
                .appendBytes(json)
                .appendBytes(bytes, to, end - to);
    }
}
