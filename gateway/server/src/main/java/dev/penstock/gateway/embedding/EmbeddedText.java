package dev.penstock.gateway.embedding;

/**
 * What of a text is embedded: the beginning and the end of a long one, where what is asked for mostly stands. So the time
 * that a vector takes is bounded.
 */
public final class EmbeddedText {
    /** How much of a text is looked at, characters: half from its beginning, half from its end. About 96 tokens. */
    public static final int MAX_CHARS = 384;

    private EmbeddedText() {}

    /** The text, or its beginning and end. */
    public static String of(String text) {
        if (text.length() <= MAX_CHARS) {
            return text;
        }
        int half = MAX_CHARS / 2;
        int head = Character.isHighSurrogate(text.charAt(half - 1)) ? half - 1 : half;
        int tail = text.length() - half;
        return text.substring(0, head) + "\n"
                + text.substring(Character.isLowSurrogate(text.charAt(tail)) ? tail + 1 : tail);
    }
}
