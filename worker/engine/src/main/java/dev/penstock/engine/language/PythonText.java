package dev.penstock.engine.language;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Python's methods of strings, where Java's differ: what counts as space, above all. */
final class PythonText {
    private PythonText() {}

    /**
     * {@code str.isspace} of one character: what Unicode separates words, lines or paragraphs with, the no-break spaces
     * included, and the controls that move on (U+0009 to U+000D, U+001C to U+001F, U+0085).
     */
    static boolean isSpace(int character) {
        return Character.isWhitespace(character) || Character.isSpaceChar(character) || character == 0x85;
    }

    /** {@code str.strip}, or one of its halves: without these characters at the ends, or without space where null. */
    static String strip(String text, @Nullable String characters, boolean left, boolean right) {
        int from = 0;
        int to = text.length();
        while (left && from < to && isStripped(text.codePointAt(from), characters)) {
            from += Character.charCount(text.codePointAt(from));
        }
        while (right && from < to && isStripped(text.codePointBefore(to), characters)) {
            to -= Character.charCount(text.codePointBefore(to));
        }
        return text.substring(from, to);
    }

    private static boolean isStripped(int character, @Nullable String characters) {
        return characters == null ? isSpace(character) : characters.indexOf(character) >= 0;
    }

    /**
     * {@code str.split}.
     *
     * @param separator what lies between the parts; any run of space where null
     * @param limit how many times at most; always where negative
     */
    static List<String> split(String text, @Nullable String separator, int limit) {
        List<String> parts = new ArrayList<>();
        if (separator == null) {
            splitAtSpace(strip(text, null, true, false), limit, parts);
            return parts;
        }
        int from = 0;
        int at = separator.isEmpty() ? -1 : text.indexOf(separator);
        while (at >= 0 && (limit < 0 || parts.size() < limit)) {
            parts.add(text.substring(from, at));
            from = at + separator.length();
            at = text.indexOf(separator, from);
        }
        parts.add(text.substring(from));
        return parts;
    }

    private static void splitAtSpace(String text, int limit, List<String> parts) {
        String rest = text;
        while (!rest.isEmpty()) {
            int end = 0;
            while (end < rest.length() && !isSpace(rest.charAt(end))) {
                end++;
            }
            if (limit >= 0 && parts.size() == limit) {
                end = rest.length();
            }
            parts.add(rest.substring(0, end));
            rest = strip(rest.substring(end), null, true, false);
        }
    }
}
