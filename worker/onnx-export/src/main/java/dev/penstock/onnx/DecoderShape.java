package dev.penstock.onnx;

/**
 * The shape of a decoder-only transformer.
 *
 * @param vocabularySize number of token ids, at least 1
 * @param hiddenSize width of the residual stream, at least 1
 * @param layers number of blocks, at least 1
 * @param heads number of query heads, a multiple of {@code keyValueHeads}
 * @param keyValueHeads number of key and value heads, at least 1
 * @param headSize width of one head, even
 * @param mlpSize inner width of the feed-forward part, at least 1
 * @param contextLength longest sequence in tokens, at least 1
 * @param norm how the residual stream is normalised before each part
 * @param normEpsilon what the normalisation adds to the variance, above 0
 * @param positions how positions enter
 * @param ropeTheta base of the rotary frequencies, above 1; without use for learned positions
 * @param mlp the feed-forward part
 * @param tiedHead whether the output projection is the embedding table
 */
public record DecoderShape(
        int vocabularySize,
        int hiddenSize,
        int layers,
        int heads,
        int keyValueHeads,
        int headSize,
        int mlpSize,
        int contextLength,
        Norm norm,
        float normEpsilon,
        Positions positions,
        float ropeTheta,
        Mlp mlp,
        boolean tiedHead) {

    /** How the residual stream is normalised. */
    public enum Norm {
        /** {@code x / sqrt(mean(x^2) + epsilon) * scale}, as in Llama. */
        RMS,
        /** {@code (x - mean(x)) / sqrt(var(x) + epsilon) * scale + shift}, as in GPT-2. */
        LAYER
    }

    /** How positions enter. */
    public enum Positions {
        /** Queries and keys are rotated by position, halves paired, as in Llama. */
        ROTARY,
        /** A learned vector per position is added to the embedding, as in GPT-2. */
        LEARNED
    }

    /** The feed-forward part. */
    public enum Mlp {
        /** {@code down(silu(gate(x)) * up(x))}, as in Llama. */
        SWIGLU,
        /** {@code down(gelu(up(x)))} with the tanh form of GELU, as in GPT-2. */
        GELU
    }

    public DecoderShape {
        atLeast("vocabularySize", vocabularySize, 1);
        atLeast("hiddenSize", hiddenSize, 1);
        atLeast("layers", layers, 1);
        atLeast("keyValueHeads", keyValueHeads, 1);
        atLeast("heads", heads, keyValueHeads);
        atLeast("headSize", headSize, 2);
        atLeast("mlpSize", mlpSize, 1);
        atLeast("contextLength", contextLength, 1);
        if (heads % keyValueHeads != 0) {
            throw new IllegalArgumentException("heads: " + heads + " (expected: a multiple of " + keyValueHeads + ")");
        }
        if (headSize % 2 != 0) {
            throw new IllegalArgumentException("headSize: " + headSize + " (expected: an even number)");
        }
        if (!(normEpsilon > 0)) {
            throw new IllegalArgumentException("normEpsilon: " + normEpsilon + " (expected: > 0)");
        }
        if (!(ropeTheta > 1)) {
            throw new IllegalArgumentException("ropeTheta: " + ropeTheta + " (expected: > 1)");
        }
    }

    /** Columns of the joined query, key and value projection. */
    public int projectionSize() {
        return (heads + 2 * keyValueHeads) * headSize;
    }

    /** Columns of the first feed-forward projection: gate and up side by side, or up alone. */
    public int expansionSize() {
        return mlp == Mlp.SWIGLU ? 2 * mlpSize : mlpSize;
    }

    /** Number of parameters. */
    public long parameters() {
        long normSize = norm == Norm.RMS ? hiddenSize : 2L * hiddenSize;
        long attention = (long) hiddenSize * projectionSize() + (long) heads * headSize * hiddenSize;
        long feedForward = (long) hiddenSize * expansionSize() + (long) mlpSize * hiddenSize;
        long tables = (tiedHead ? 1L : 2L) * vocabularySize * hiddenSize;
        long learned = positions == Positions.LEARNED ? (long) contextLength * hiddenSize : 0;
        return tables + learned + layers * (attention + feedForward + 2 * normSize) + normSize;
    }

    private static void atLeast(String field, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(field + ": " + value + " (expected: an integer >= " + least + ")");
        }
    }
}
