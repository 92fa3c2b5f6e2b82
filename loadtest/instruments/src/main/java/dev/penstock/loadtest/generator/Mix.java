package dev.penstock.loadtest.generator;

/**
 * In which proportions requests are of which kind.
 *
 * @param chat a weight, 0 or more
 * @param stream a weight, 0 or more
 * @param embedding a weight, 0 or more
 * @param models a weight, 0 or more; one of the four is above 0
 */
public record Mix(double chat, double stream, double embedding, double models) {
    /** Chat only. */
    public static final Mix CHAT = new Mix(1, 0, 0);
    /** Streams only. */
    public static final Mix STREAM = new Mix(0, 1, 0);
    /** Lists of models only. */
    public static final Mix MODELS = new Mix(0, 0, 0, 1);

    /** Weights within their bounds. */
    public Mix {
        double sum = chat + stream + embedding + models;
        if (!(chat >= 0 && stream >= 0 && embedding >= 0 && models >= 0 && sum > 0) || Double.isInfinite(sum)) {
            throw new IllegalArgumentException("mix: chat=" + chat + ",stream=" + stream + ",embedding=" + embedding
                    + ",models=" + models + " (expected: weights of 0 or more, one above 0)");
        }
    }

    /** Without lists of models. */
    public Mix(double chat, double stream, double embedding) {
        this(chat, stream, embedding, 0);
    }

    /** The kind for a number drawn evenly from [0, 1). */
    Kind pick(double drawn) {
        double at = drawn * (chat + stream + embedding + models);
        if (at < chat) {
            return Kind.CHAT;
        }
        if (at < chat + stream) {
            return Kind.STREAM;
        }
        return at < chat + stream + embedding ? Kind.EMBEDDING : Kind.MODELS;
    }
}
