package dev.penstock.gateway.accounts;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.penstock.protocol.ApiError;
import dev.penstock.protocol.JsonRejectedException;
import dev.penstock.runtime.config.ConfigError;
import dev.penstock.runtime.config.ConfigLoader;
import dev.penstock.runtime.config.ConfigResult;
import dev.penstock.runtime.config.SecretResolver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Settings as JSON documents: of the same fields as the configuration's YAML, and read by what reads that, since JSON is
 * YAML.
 */
final class Documents {
    private static final ConfigLoader LOADER = ConfigLoader.with(SecretResolver.of(Map.of()));
    private static final ObjectMapper MAPPER = new ObjectMapper(new JsonFactoryBuilder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(32)
                            .maxStringLength(65_536)
                            .maxNumberLength(64)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    private Documents() {}

    static ObjectNode empty() {
        return MAPPER.createObjectNode();
    }

    /** A request's body; none is an empty document. */
    static ObjectNode parse(byte[] body) throws JsonRejectedException {
        if (body.length == 0) {
            return empty();
        }
        try {
            JsonNode node = MAPPER.readTree(body);
            if (node instanceof ObjectNode object) {
                return object;
            }
        } catch (JsonProcessingException malformed) {
            throw refused(
                    "",
                    "the body: not valid JSON at line "
                            + malformed.getLocation().getLineNr() + ", column "
                            + malformed.getLocation().getColumnNr() + " (expected: an object, no name twice)");
        } catch (IOException impossible) {
            throw refused("", "the body: cannot be read (expected: a JSON object)");
        }
        throw refused("", "the body: no object (expected: a JSON object)");
    }

    /** A document of the store. */
    static ObjectNode stored(String settings) {
        try {
            return (ObjectNode) MAPPER.readTree(settings);
        } catch (JsonProcessingException | ClassCastException foreign) {
            throw new IllegalArgumentException("settings: no JSON object", foreign);
        }
    }

    /**
     * What a document says.
     *
     * @throws JsonRejectedException with every fault of it, each with its field
     */
    static <R extends Record> R bind(ObjectNode document, Class<R> type) throws JsonRejectedException {
        return switch (LOADER.parse("document", document.toString(), Path.of(""), type)) {
            case ConfigResult.Loaded<R> loaded -> loaded.value();
            case ConfigResult.Rejected<R> rejected ->
                throw refused(rejected.errors().getFirst().path(), told(rejected.errors()));
        };
    }

    private static String told(List<ConfigError> errors) {
        return errors.stream()
                .map(error -> error.path().isEmpty() ? error.message() : error.path() + ": " + error.message())
                .collect(Collectors.joining("; "));
    }

    /** Changes a document as another says: what it has is put in place, and null takes away (RFC 7396, fields alone). */
    static ObjectNode patched(ObjectNode before, ObjectNode change) {
        ObjectNode after = before.deepCopy();
        change.properties().forEach(each -> {
            if (each.getValue().isNull()) {
                after.remove(each.getKey());
            } else {
                after.set(each.getKey(), each.getValue());
            }
        });
        return after;
    }

    /** Takes a field out that is a text of the caller's. */
    static String text(ObjectNode document, String field, String otherwise) throws JsonRejectedException {
        JsonNode value = document.remove(field);
        if (value == null || value.isNull()) {
            return otherwise;
        }
        if (!value.isTextual()) {
            throw refused(field, field + ": no text (expected: a text)");
        }
        return value.textValue();
    }

    static JsonRejectedException refused(String field, String message) {
        ApiError error = ApiError.invalid(400, message);
        return new JsonRejectedException(field.isEmpty() ? error : error.withParam(field));
    }

    static String print(ObjectNode document) {
        return document.toPrettyString() + "\n";
    }
}
