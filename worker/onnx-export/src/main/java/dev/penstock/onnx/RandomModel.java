package dev.penstock.onnx;

import dev.penstock.onnx.DecoderShape.Mlp;
import dev.penstock.onnx.DecoderShape.Norm;
import dev.penstock.onnx.DecoderShape.Positions;
import dev.penstock.onnx.DecoderWeights.Layer;
import dev.penstock.onnx.DecoderWeights.NormWeights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Language models with random weights, written in milliseconds: nonsense in, nonsense out, but of any shape.
 *
 * <p>Meant for tests of what loads and runs models. The tokenizer knows single bytes only, so that any text round-trips
 * and a character beyond ASCII always spans tokens.
 */
public final class RandomModel {

    private RandomModel() {}

    /** A small shape of the Llama family: RMS norms, rotary positions, SwiGLU, grouped queries, tied head. */
    public static DecoderShape llama() {
        return new DecoderShape(
                272, 32, 2, 4, 2, 8, 48, 512, Norm.RMS, 1e-5f, Positions.ROTARY, 10_000f, Mlp.SWIGLU, true);
    }

    /** A small shape of the GPT-2 family: layer norms, learned positions, GELU, a key for each query, untied head. */
    public static DecoderShape gpt() {
        return new DecoderShape(
                259, 40, 3, 5, 5, 8, 64, 256, Norm.LAYER, 1e-5f, Positions.LEARNED, 10_000f, Mlp.GELU, false);
    }

    /**
     * Writes a model directory with a tokenizer of single bytes.
     *
     * @param shape its vocabulary must hold at least 259 ids
     * @param seed equal seeds make equal files
     * @return {@code directory}
     * @throws IOException if a file cannot be written
     */
    public static Path write(Path directory, DecoderShape shape, long seed) throws IOException {
        ModelDirectory.write(directory, shape, weights(shape, seed), ByteLevelTokenizer.ofBytes());
        return directory;
    }

    /**
     * Normally distributed weights, scaled by {@code 2 / sqrt(inputs)}: wide enough that greedy decoding does not fall
     * into one token at once.
     */
    public static DecoderWeights weights(DecoderShape shape, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int hidden = shape.hiddenSize();
        boolean learned = shape.positions() == Positions.LEARNED;
        return new DecoderWeights(
                matrix(random, shape.vocabularySize(), hidden, 1),
                learned ? matrix(random, shape.contextLength(), hidden, 1) : new float[0],
                Stream.generate(() -> layer(random, shape))
                        .limit(shape.layers())
                        .toList(),
                norm(random, shape),
                shape.tiedHead()
                        ? new float[0]
                        : matrix(random, hidden, shape.vocabularySize(), 2 / Math.sqrt(hidden)));
    }

    private static Layer layer(SplittableRandom random, DecoderShape shape) {
        int hidden = shape.hiddenSize();
        int joined = shape.heads() * shape.headSize();
        return new Layer(
                norm(random, shape),
                matrix(random, hidden, shape.projectionSize(), 2 / Math.sqrt(hidden)),
                matrix(random, joined, hidden, 2 / Math.sqrt(joined)),
                norm(random, shape),
                matrix(random, hidden, shape.expansionSize(), 2 / Math.sqrt(hidden)),
                matrix(random, shape.mlpSize(), hidden, 2 / Math.sqrt(shape.mlpSize())));
    }

    private static NormWeights norm(SplittableRandom random, DecoderShape shape) {
        float[] scale = matrix(random, 1, shape.hiddenSize(), 0.1);
        for (int i = 0; i < scale.length; i++) {
            scale[i] += 1;
        }
        return new NormWeights(
                scale, shape.norm() == Norm.LAYER ? matrix(random, 1, shape.hiddenSize(), 0.1) : new float[0]);
    }

    private static float[] matrix(SplittableRandom random, int rows, int columns, double deviation) {
        float[] values = new float[rows * columns];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextGaussian() * deviation);
        }
        return values;
    }
}
