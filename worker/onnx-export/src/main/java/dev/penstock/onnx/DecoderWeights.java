package dev.penstock.onnx;

import java.util.List;

/**
 * The weights of a decoder, each matrix row-major as {@code [inputs, outputs]}, so that {@code y = x W}.
 *
 * <p>The arrays are not copied: a model is written once, right after its weights were read.
 *
 * @param embedding {@code [vocabulary, hidden]}
 * @param positions {@code [context, hidden]}, empty with rotary positions
 * @param layers one entry per block
 * @param finalNorm the last normalisation
 * @param head {@code [hidden, vocabulary]}, empty where the head is tied
 */
@SuppressWarnings("ArrayRecordComponent") // tensors are compared nowhere
public record DecoderWeights(
        float[] embedding, float[] positions, List<Layer> layers, NormWeights finalNorm, float[] head) {

    public DecoderWeights {
        layers = List.copyOf(layers);
    }

    /**
     * One block.
     *
     * @param attentionNorm before attention
     * @param queryKeyValue {@code [hidden, (heads + 2 keyValueHeads) * headSize]}: all queries, all keys, all values
     * @param attentionOutput {@code [heads * headSize, hidden]}
     * @param mlpNorm before the feed-forward part
     * @param expansion {@code [hidden, 2 mlp]} (gate, then up) or {@code [hidden, mlp]}
     * @param contraction {@code [mlp, hidden]}
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Layer(
            NormWeights attentionNorm,
            float[] queryKeyValue,
            float[] attentionOutput,
            NormWeights mlpNorm,
            float[] expansion,
            float[] contraction) {}

    /**
     * The weights of a normalisation.
     *
     * @param scale {@code [hidden]}
     * @param shift {@code [hidden]}, empty with RMS normalisation
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record NormWeights(float[] scale, float[] shift) {}

    /**
     * Checks every array's length.
     *
     * @throws IllegalArgumentException naming the first array whose length does not fit {@code shape}
     */
    public void requireFits(DecoderShape shape) {
        int hidden = shape.hiddenSize();
        boolean learned = shape.positions() == DecoderShape.Positions.LEARNED;
        requireLength("embedding", embedding, (long) shape.vocabularySize() * hidden);
        requireLength("positions", positions, learned ? (long) shape.contextLength() * hidden : 0);
        requireLength("head", head, shape.tiedHead() ? 0 : (long) hidden * shape.vocabularySize());
        if (layers.size() != shape.layers()) {
            throw new IllegalArgumentException("layers: " + layers.size() + " (expected: " + shape.layers() + ")");
        }
        requireFits("finalNorm", finalNorm, shape);
        for (int i = 0; i < layers.size(); i++) {
            Layer layer = layers.get(i);
            String at = "layers[" + i + "].";
            requireFits(at + "attentionNorm", layer.attentionNorm, shape);
            requireFits(at + "mlpNorm", layer.mlpNorm, shape);
            requireLength(at + "queryKeyValue", layer.queryKeyValue, (long) hidden * shape.projectionSize());
            requireLength(
                    at + "attentionOutput", layer.attentionOutput, (long) shape.heads() * shape.headSize() * hidden);
            requireLength(at + "expansion", layer.expansion, (long) hidden * shape.expansionSize());
            requireLength(at + "contraction", layer.contraction, (long) shape.mlpSize() * hidden);
        }
    }

    private static void requireFits(String field, NormWeights norm, DecoderShape shape) {
        requireLength(field + ".scale", norm.scale, shape.hiddenSize());
        requireLength(field + ".shift", norm.shift, shape.norm() == DecoderShape.Norm.LAYER ? shape.hiddenSize() : 0);
    }

    private static void requireLength(String field, float[] values, long expected) {
        if (values.length != expected) {
            throw new IllegalArgumentException(field + ": " + values.length + " values (expected: " + expected + ")");
        }
    }
}
