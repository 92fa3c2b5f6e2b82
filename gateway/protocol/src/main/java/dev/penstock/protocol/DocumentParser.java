package dev.penstock.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import dev.penstock.protocol.JsonDocument.Span;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads and checks any body, at a parser's price, and says what is wrong with one. */
final class DocumentParser {
    /** The API knows a few dozen; each costs more memory than its bytes. */
    private static final int MAX_FIELDS = 1024;

    /** Which setting of the parser would have it otherwise, and its note that it does not quote: of no use to a client. */
    private static final Pattern JACKSONS_OWN = Pattern.compile(
            ",? from `[^`]*`|:? ?enable `[^`]*` to allow|\\s*\\(?start marker at \\[Source.*|\\s*at \\[Source.*");

    private DocumentParser() {}

    static JsonDocument parse(byte[] bytes, JsonLimits limits) throws JsonRejectedException {
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
            return new JsonDocument(bytes, fields, closingBrace, JsonDocument.UNKNOWN);
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
}
