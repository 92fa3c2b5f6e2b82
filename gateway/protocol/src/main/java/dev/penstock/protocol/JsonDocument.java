package dev.penstock.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object as the bytes it came in, with the place of each top-level value. What is not rewritten passes on byte for
 * byte: unknown fields, key order, blanks, integers beyond any machine word.
 *
 * <p>Immutable. The whole body has been checked: one object, UTF-8, no duplicate keys at any level, within the limits.
 */
public final class JsonDocument {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    /** The API knows a few dozen; each costs more memory than its bytes. */
    private static final int MAX_FIELDS = 1024;

    /** Which setting of the parser would have it otherwise, and its note that it does not quote: of no use to a client. */
    private static final Pattern JACKSONS_OWN = Pattern.compile(
            ",? from `[^`]*`|:? ?enable `[^`]*` to allow|\\s*\\(?start marker at \\[Source.*|\\s*at \\[Source.*");

    private final byte[] bytes;
    private final Map<String, Span> fields;
    private final int closingBrace;

    private record Span(JsonToken kind, int start, int end) {}

    private JsonDocument(byte[] bytes, Map<String, Span> fields, int closingBrace) {
        this.bytes = bytes;
        this.fields = fields;
        this.closingBrace = closingBrace;
    }

    /**
     * Reads and checks a body. The array is kept, not copied: the caller no longer writes to it.
     *
     * @throws JsonRejectedException with a 400 that says where and what
     */
    public static JsonDocument parse(byte[] bytes, JsonLimits limits) throws JsonRejectedException {
        requireUtf8(bytes);
        JsonFactory factory = factoryFor(limits);
        try (JsonParser parser = factory.createParser(bytes)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw rejected("the body is not a JSON object (expected: {...})");
            }
            Map<String, Span> fields = new LinkedHashMap<>();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken kind = parser.nextToken();
                int start = offset(parser.currentTokenLocation());
                skipValue(parser, kind);
                fields.put(name, new Span(kind, start, offset(parser.currentLocation())));
                if (fields.size() > MAX_FIELDS) {
                    throw rejected("the JSON object has too many fields (expected: at most " + MAX_FIELDS + ")");
                }
            }
            int closingBrace = offset(parser.currentTokenLocation());
            if (parser.nextToken() != null) {
                throw rejected(
                        "more follows the JSON object" + at(parser.currentTokenLocation()) + " (expected: nothing)");
            }
            return new JsonDocument(bytes, fields, closingBrace);
        } catch (StreamConstraintsException e) {
            throw rejected("the JSON body exceeds a limit: " + firstLine(e.getOriginalMessage()));
        } catch (JsonProcessingException e) {
            throw rejected("the body is not valid JSON: " + describe(e) + at(e.getLocation()));
        } catch (IOException e) {
            throw rejected("the body is not valid JSON: not UTF-8");
        }
    }

    /**
     * Leaves the parser past the value. Strings within it are checked as the parser passes over them, and not decoded: a
     * prompt would be twice its size.
     */
    private static void skipValue(JsonParser parser, JsonToken kind) throws IOException {
        parser.finishToken();
        if (!kind.isStructStart()) {
            return;
        }
        for (int depth = 1; depth > 0; ) {
            JsonToken token = parser.nextToken();
            if (token == null) {
                return;
            }
            if (token.isStructStart()) {
                depth++;
            } else if (token.isStructEnd()) {
                depth--;
            }
        }
    }

    private static JsonFactory factoryFor(JsonLimits limits) {
        return limits.equals(JsonLimits.DEFAULT) ? DefaultFactory.INSTANCE : factory(limits);
    }

    private static final class DefaultFactory {
        static final JsonFactory INSTANCE = factory(JsonLimits.DEFAULT);
    }

    private static JsonFactory factory(JsonLimits limits) {
        return JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(limits.maxDepth())
                        .maxNumberLength(limits.maxNumberLength())
                        .maxNameLength(limits.maxNameLength())
                        .maxStringLength(Integer.MAX_VALUE)
                        .maxTokenCount(limits.maxTokens())
                        .build())
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                // Keys come from strangers: never into the JVM's string table. (The factory's own is bounded; without
                // it
                // Jackson reads through a Reader and byte offsets are lost.)
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .build();
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

    /**
     * A parser at the first token of a field's value, which it has been checked to be; empty where absent or null. For
     * values too large to be made a tree of.
     */
    public Optional<JsonParser> tokens(String name) {
        Span span = fields.get(name);
        if (span == null || span.kind() == JsonToken.VALUE_NULL) {
            return Optional.empty();
        }
        try {
            JsonParser parser = MAPPER.createParser(bytes, span.start(), span.end() - span.start());
            parser.nextToken();
            return Optional.of(parser);
        } catch (IOException e) {
            throw new UncheckedIOException("a span that was read before no longer parses", e);
        }
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
        return new JsonDocument(out, moved, closingBrace + shift);
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

    private static void requireUtf8(byte[] bytes) throws JsonRejectedException {
        if (bytes.length == 0) {
            throw rejected("the body is empty (expected: a JSON object)");
        }
        for (int i = 0; i < Math.min(4, bytes.length); i++) {
            int b = bytes[i] & 0xff;
            if (b == 0 || b == 0xfe || b == 0xff || (b == 0xef && i == 0)) {
                throw rejected("the body is not plain UTF-8 (expected: UTF-8 without a byte order mark)");
            }
        }
        // Jackson takes overlong forms and more for what they look like: two spellings of one name, seen as one by
        // some.
        int fault = Utf8.firstFault(bytes);
        if (fault != Utf8.WELL_FORMED) {
            throw rejected("the body is not valid UTF-8 at byte " + fault + " (expected: UTF-8)");
        }
    }

    private static int offset(JsonLocation location) {
        return Math.toIntExact(location.getByteOffset());
    }

    private static String at(JsonLocation location) {
        return location == null ? "" : " at line " + location.getLineNr() + ", column " + location.getColumnNr();
    }

    /** Jackson's own words name the offending characters only; cut where it would quote more of the body. */
    private static String describe(JsonProcessingException e) {
        String message = firstLine(e.getOriginalMessage());
        return message.length() > 160 ? message.substring(0, 160) + "..." : message;
    }

    private static String firstLine(String message) {
        int end = message.indexOf('\n');
        return JACKSONS_OWN
                .matcher(end < 0 ? message : message.substring(0, end))
                .replaceAll("");
    }

    private static JsonRejectedException rejected(String message) {
        return new JsonRejectedException(ApiError.invalid(400, message));
    }

    /** The top-level fields and their kinds, for tests and debugging; never values. */
    @Override
    public String toString() {
        Map<String, String> kinds = new TreeMap<>();
        fields.forEach((name, span) -> kinds.put(name, typeName(span.kind())));
        return "JsonDocument" + kinds;
    }
}
