package dev.penstock.protocol;

import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object as the bytes it came in, with the place of each top-level value. What is not rewritten passes on byte for
 * byte: unknown fields, key order, blanks, integers beyond any machine word.
 *
 * <p>Immutable. The whole body has been checked: one object, UTF-8, no duplicate keys at any level, within the limits.
 */
public final class JsonDocument {
    /** Of a document that was not scanned. */
    static final int[] UNKNOWN = {};

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final byte[] bytes;
    private final Map<String, Span> fields;
    private final int closingBrace;
    /** The long strings, as a {@link JsonScanner} is told them: a prompt need not be read twice. */
    private final int[] longStrings;

    /** Where a top-level value lies. */
    record Span(JsonToken kind, int start, int end) {}

    JsonDocument(byte[] bytes, Map<String, Span> fields, int closingBrace, int[] longStrings) {
        this.bytes = bytes;
        this.fields = fields;
        this.closingBrace = closingBrace;
        this.longStrings = longStrings;
    }

    /**
     * Reads and checks a body. The array is kept, not copied: the caller no longer writes to it.
     *
     * @throws JsonRejectedException with a 400 that says where and what
     */
    public static JsonDocument parse(byte[] bytes, JsonLimits limits) throws JsonRejectedException {
        Optional<JsonDocument> scanned = new DocumentScan(bytes, limits).read();
        return scanned.isPresent() ? scanned.get() : DocumentParser.parse(bytes, limits);
    }

    /** The bytes as they came, or as edited. Not to be written to. */
    public byte[] bytes() {
        return bytes;
    }

    /** The names of the top-level fields, in order. */
    public Iterable<String> names() {
        return fields.keySet();
    }

    /** Whether the field is there with a value other than null. */
    public boolean has(String name) {
        Span span = fields.get(name);
        return span != null && span.kind() != JsonToken.VALUE_NULL;
    }

    /** How many bytes the field's value takes; 0 where it is absent. */
    public int length(String name) {
        Span span = fields.get(name);
        return span == null ? 0 : span.end() - span.start();
    }

    /** A string field; empty where absent or null. */
    public Optional<String> string(String name) throws JsonRejectedException {
        Optional<JsonNode> value = value(name);
        if (value.isPresent() && !value.get().isTextual()) {
            throw wrongType(name, "a string");
        }
        return value.map(JsonNode::textValue);
    }

    /** A boolean field; empty where absent or null. */
    public Optional<Boolean> bool(String name) throws JsonRejectedException {
        Optional<JsonNode> value = value(name);
        if (value.isPresent() && !value.get().isBoolean()) {
            throw wrongType(name, "true or false");
        }
        return value.map(JsonNode::booleanValue);
    }

    /** Any field as a tree; empty where absent or null. */
    public Optional<JsonNode> value(String name) {
        Span span = fields.get(name);
        if (span == null || span.kind() == JsonToken.VALUE_NULL) {
            return Optional.empty();
        }
        return JsonScalar.read(bytes, span.kind(), span.start(), span.end()).or(() -> Optional.of(tree(span)));
    }

    private JsonNode tree(Span span) {
        try {
            return MAPPER.readTree(bytes, span.start(), span.end() - span.start());
        } catch (IOException e) {
            throw new UncheckedIOException("a span that was read before no longer parses", e);
        }
    }

    /** A cursor before a field's value; empty where absent or null. For values too large to be made a tree of. */
    public Optional<JsonCursor> cursor(String name) {
        Span span = fields.get(name);
        return span == null || span.kind() == JsonToken.VALUE_NULL
                ? Optional.empty()
                : Optional.of(new JsonCursor(bytes, span.start(), span.end(), longStrings));
    }

    /**
     * A value in place.
     *
     * @param bytes of the whole document; not to be written to
     * @param from where it begins
     * @param to where it has ended
     */
    @SuppressWarnings("ArrayRecordComponent") // for large values, to read and let go
    public record Slice(byte[] bytes, int from, int to) {}

    /** Where a field's value lies; empty where absent or null. */
    public Optional<Slice> slice(String name) {
        Span span = fields.get(name);
        return span == null || span.kind() == JsonToken.VALUE_NULL
                ? Optional.empty()
                : Optional.of(new Slice(bytes, span.start(), span.end()));
    }

    /** The exact bytes of a field's value as text; empty where absent. For echoing scalars in errors, never prompts. */
    public Optional<String> raw(String name) {
        Span span = fields.get(name);
        return span == null
                ? Optional.empty()
                : Optional.of(new String(bytes, span.start(), span.end() - span.start(), StandardCharsets.UTF_8));
    }

    /**
     * The same document with one top-level value replaced in its place, or appended where the field is absent.
     *
     * @param json the new value, itself valid JSON
     */
    public JsonDocument with(String name, String json) {
        @Nullable Span span = fields.get(name);
        String key = span != null ? "" : (fields.isEmpty() ? "\"" : ",\"") + name + "\":";
        return with(name, span, key.getBytes(StandardCharsets.UTF_8), json.getBytes(StandardCharsets.UTF_8));
    }

    private JsonDocument with(String name, @Nullable Span replaced, byte[] key, byte[] value) {
        int at = replaced != null ? replaced.start() : closingBrace;
        int resume = replaced != null ? replaced.end() : closingBrace;
        int valueStart = at + key.length;
        int valueEnd = valueStart + value.length;
        byte[] out = new byte[valueEnd + bytes.length - resume];
        System.arraycopy(bytes, 0, out, 0, at);
        System.arraycopy(key, 0, out, at, key.length);
        System.arraycopy(value, 0, out, valueStart, value.length);
        System.arraycopy(bytes, resume, out, valueEnd, bytes.length - resume);
        int shift = valueEnd - resume;
        Map<String, Span> moved = new LinkedHashMap<>();
        fields.forEach((field, old) -> moved.put(field, old.start() < resume ? old : shifted(old, shift)));
        moved.put(name, new Span(kindOf(value), valueStart, valueEnd));
        return new JsonDocument(out, moved, closingBrace + shift, UNKNOWN);
    }

    private static Span shifted(Span span, int shift) {
        return new Span(span.kind(), span.start() + shift, span.end() + shift);
    }

    private static JsonToken kindOf(byte[] value) {
        return switch (value[0]) {
            case '{' -> JsonToken.START_OBJECT;
            case '[' -> JsonToken.START_ARRAY;
            case '"' -> JsonToken.VALUE_STRING;
            case 't' -> JsonToken.VALUE_TRUE;
            case 'f' -> JsonToken.VALUE_FALSE;
            case 'n' -> JsonToken.VALUE_NULL;
            default -> JsonToken.VALUE_NUMBER_INT;
        };
    }

    private JsonRejectedException wrongType(String name, String expected) {
        Span span = fields.get(name);
        String found = span == null ? "nothing" : typeName(span.kind());
        return new JsonRejectedException(ApiError.invalid(name, name + ": " + found + " (expected: " + expected + ")"));
    }

    private static String typeName(JsonToken kind) {
        return switch (kind) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case VALUE_STRING -> "a string";
            case VALUE_TRUE, VALUE_FALSE -> "a boolean";
            case VALUE_NULL -> "null";
            default -> "a number";
        };
    }

    /** The top-level fields and their kinds, for tests and debugging; never values. */
    @Override
    public String toString() {
        Map<String, String> kinds = new TreeMap<>();
        fields.forEach((name, span) -> kinds.put(name, typeName(span.kind())));
        return "JsonDocument" + kinds;
    }
}
