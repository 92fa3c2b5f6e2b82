package dev.penstock.protocol;

import com.fasterxml.jackson.core.JsonToken;
import dev.penstock.protocol.JsonDocument.Span;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Reads and checks a body without a parser, where that can be. */
final class DocumentScan {
    private static final int TOP = 1;
    /** Reading one again takes longer than knowing where it ends; knowing it takes a sixteenth of its bytes at most. */
    private static final int LONG_STRING_BYTES = 128;

    private final byte[] bytes;
    private final JsonScanner scanner;
    private final OpenNames names;
    private final int maxNumberLength;
    private final Map<String, Span> fields = new LinkedHashMap<>();

    private int[] longStrings = JsonDocument.UNKNOWN;
    private int longStringsSize;

    /** The top-level field whose value is open. */
    private String field = "";

    private int fieldStart;

    DocumentScan(byte[] bytes, JsonLimits limits) {
        this.bytes = bytes;
        this.scanner = new JsonScanner(bytes, 0, bytes.length, limits);
        this.names = new OpenNames(bytes);
        this.maxNumberLength = limits.maxNumberLength();
    }

    /** The document; empty where the body is no document, or it takes a parser to tell. A number beyond the limit is refused here. */
    Optional<JsonDocument> read() throws JsonRejectedException {
        if (!scanner.atObject()) {
            return Optional.empty();
        }
        do {
            JsonToken token = scanner.next();
            if (scanner.named() && (scanner.nameEscaped() || !names.add(scanner.nameStart(), scanner.nameEnd()))) {
                return Optional.empty();
            }
            switch (token) {
                case START_OBJECT -> {
                    names.open();
                    open();
                }
                case START_ARRAY -> open();
                case END_OBJECT -> {
                    names.close();
                    close(JsonToken.START_OBJECT);
                }
                case END_ARRAY -> close(JsonToken.START_ARRAY);
                case NOT_AVAILABLE -> {
                    if (scanner.numberTooLong()) {
                        throw numberTooLong();
                    }
                    return Optional.empty();
                }
                case VALUE_STRING -> {
                    string();
                    scalar(token);
                }
                default -> scalar(token);
            }
        } while (!scanner.complete());
        int closingBrace = scanner.tokenStart();
        return scanner.exhausted()
                ? Optional.of(
                        new JsonDocument(bytes, fields, closingBrace, Arrays.copyOf(longStrings, longStringsSize)))
                : Optional.empty();
    }

    /** A parser would first make text of all its digits, which takes long enough to be used against us. */
    private JsonRejectedException numberTooLong() {
        return new JsonRejectedException(ApiError.invalid(
                400,
                "the JSON body exceeds a limit: a number of " + (scanner.tokenEnd() - scanner.tokenStart())
                        + " characters at byte " + scanner.tokenStart() + " (expected: at most " + maxNumberLength
                        + ")"));
    }

    private void open() {
        if (scanner.depth() == TOP + 1) {
            field = name();
            fieldStart = scanner.tokenStart();
        }
    }

    private void close(JsonToken kind) {
        if (scanner.depth() == TOP) {
            fields.put(field, new Span(kind, fieldStart, scanner.tokenEnd()));
        }
    }

    private void string() {
        int start = scanner.tokenStart();
        int end = scanner.tokenEnd();
        if (end - start < LONG_STRING_BYTES) {
            return;
        }
        if (longStringsSize == longStrings.length) {
            longStrings = Arrays.copyOf(longStrings, 8 + 2 * longStringsSize);
        }
        longStrings[longStringsSize++] = start;
        longStrings[longStringsSize++] = scanner.escaped() ? -end : end;
    }

    private void scalar(JsonToken kind) {
        if (scanner.depth() == TOP) {
            fields.put(name(), new Span(kind, scanner.tokenStart(), scanner.tokenEnd()));
        }
    }

    private String name() {
        return RequestNames.at(bytes, scanner.nameStart(), scanner.nameEnd());
    }
}
