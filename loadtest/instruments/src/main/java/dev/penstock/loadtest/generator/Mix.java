package dev.penstock.loadtest.generator;

/**
 * In which proportions requests are of which kind.
 *
 * @param chat a weight, 0 or more
 * @param stream a weight, 0 or more
 * @param embedding a weight, 0 or more; one of the three is above 0
 */
public record Mix(double chat, double stream, double embedding) {
    /** Chat only. */
    public static final Mix CHAT = new Mix(1, 0, 0);
    /** Streams only. */
    public static final Mix STREAM = new Mix(0, 1, 0);

    /** Weights within their bounds. */
    public Mix {
        if (!(chat >= 0 && stream >= 0 && embedding >= 0 && chat + stream + embedding > 0)
                || Double.isInfinite(chat + stream + embedding)) {
            throw new IllegalArgumentException("mix: chat=" + chat + ",stream=" + stream + ",embedding=" + embedding
                    + " (expected: weights of 0 or more, one above 0)");
        }
    }

    /** The kind for a number drawn evenly from [0, 1). */
    Kind pick(double drawn) {
        double at = drawn * (chat + stream + embedding);
        if (at < chat) {
            return Kind.CHAT;
        }
        return at < chat + stream ? Kind.STREAM : Kind.EMBEDDING;
    }
}
