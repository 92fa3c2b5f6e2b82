package dev.penstock.runtime.net;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The two headers that say where a body ends, and the names that only look like them.
 *
 * <p>Whoever takes {@code Content_Length} for {@code Content-Length} disagrees with the next server about where the
 * request ends. So a name that spells one of the two once case, underscores, dots and the like are set aside, but is
 * not it, is refused; as is a name that is no token (RFC 9110, section 5.6.2).
 */
enum FramingHeader {
    CONTENT_LENGTH("content-length"),
    TRANSFER_ENCODING("transfer-encoding");

    private static final FramingHeader[] ALL = values();
    private static final boolean[] TOKEN = tokenCharacters();

    private final String wireName;
    private final String letters;

    FramingHeader(String wireName) {
        this.wireName = wireName;
        this.letters = wireName.replace("-", "");
    }

    private static boolean[] tokenCharacters() {
        boolean[] token = new boolean[128];
        for (int c = '0'; c <= '9'; c++) {
            token[c] = true;
        }
        for (int c = 'a'; c <= 'z'; c++) {
            token[c] = true;
            token[c - 32] = true;
        }
        for (char c : "!#$%&'*+-.^_`|~".toCharArray()) {
            token[c] = true;
        }
        return token;
    }

    /**
     * Checks a header name as it is on the wire.
     *
     * @throws MalformedRequestException when it is no token or looks like a framing header
     */
    static void checkName(byte[] line, int start, int length) {
        if (length == 0) {
            throw new MalformedRequestException("a header without a name");
        }
        for (int i = start; i < start + length; i++) {
            if (line[i] < 0 || !TOKEN[line[i]]) {
                throw new MalformedRequestException("a header name with a character that is not allowed");
            }
        }
        for (FramingHeader header : ALL) {
            if (header.isSpeltBy(line, start, length) && !header.isNamedBy(line, start, length)) {
                throw new MalformedRequestException("a header name that looks like " + header.wireName);
            }
        }
    }

    /** Whether the letters of the name, and nothing else of it, are those of this header. */
    private boolean isSpeltBy(byte[] line, int start, int length) {
        int matched = 0;
        for (int i = start; i < start + length; i++) {
            int lower = line[i] | 0x20;
            if (lower >= 'a' && lower <= 'z') {
                if (matched == letters.length() || letters.charAt(matched) != lower) {
                    return false;
                }
                matched++;
            }
        }
        return matched == letters.length();
    }

    private boolean isNamedBy(byte[] line, int start, int length) {
        return length == wireName.length()
                && new String(line, start, length, StandardCharsets.US_ASCII)
                        .toLowerCase(Locale.ROOT)
                        .equals(wireName);
    }
}
