package dev.penstock.protocol;

import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * Steps over a value of a {@link JsonDocument}, which has been checked before. The name of a field comes with its value. What
 * is stepped into lies at most 64 levels deep; what is skipped may lie deeper. Not thread safe.
 */
public final class JsonCursor {
    private static final JsonLimits CHECKED =
            new JsonLimits(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, Long.MAX_VALUE);
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final byte[] bytes;
    private final JsonScanner scanner;
    private JsonToken token = JsonToken.NOT_AVAILABLE;

    /** A cursor before the value that lies there, of which a {@link JsonScanner} would know some strings. */
    JsonCursor(byte[] bytes, int start, int end, int[] knownStrings) {
        this.bytes = bytes;
        this.scanner = new JsonScanner(bytes, start, end, CHECKED, knownStrings);
    }

    /** The next value, or end of an object or an array. Not to be called past the end of the value. */
    public JsonToken next() {
        token = scanner.next();
        if (token == JsonScanner.REFUSED) {
            throw new IllegalStateException("a value that was read before no longer parses");
        }
        return token;
    }

    /** Whether the current value is that of a field of this name, which is ASCII. */
    public boolean isNamed(String name) {
        if (!scanner.named()) {
            return false;
        }
        return scanner.nameEscaped()
                ? parsed(scanner.nameStart(), scanner.nameEnd()).equals(name)
                : JsonText.spells(bytes, scanner.nameStart(), scanner.nameEnd(), name);
    }

    /** Whether the current value, a string, has nothing in it. */
    public boolean isEmpty() {
        return scanner.tokenEnd() - scanner.tokenStart() == "\"\"".length();
    }

    /** The current value, a string. */
    public String text() {
        int start = scanner.tokenStart();
        int end = scanner.tokenEnd();
        return scanner.escaped()
                ? parsed(start, end)
                : new String(bytes, start + 1, end - start - 2, StandardCharsets.UTF_8);
    }

    private String parsed(int start, int end) {
        try {
            return MAPPER.readTree(bytes, start, end - start).textValue();
        } catch (IOException e) {
            throw new UncheckedIOException("a string that was read before no longer parses", e);
        }
    }

    /** Steps past what the current token opened, if it opened anything. */
    public void skip() {
        if (token.isStructStart()) {
            scanner.skip();
        }
    }
}
