package dev.penstock.onnx;

import dev.penstock.onnx.DecoderShape.Mlp;
import dev.penstock.onnx.DecoderShape.Norm;
import dev.penstock.onnx.DecoderShape.Positions;
import dev.penstock.onnx.DecoderWeights.Layer;
import dev.penstock.onnx.DecoderWeights.NormWeights;

/** The forward pass of one sequence, written for reading, in double precision and without a cache. */
final class ReferenceDecoder {

    private final DecoderShape shape;
    private final DecoderWeights weights;

    ReferenceDecoder(DecoderShape shape, DecoderWeights weights) {
        this.shape = shape;
        this.weights = weights;
    }

    /** {@code [sequence][vocabulary]}. */
    double[][] logits(long... ids) {
        int width = shape.hiddenSize();
        double[][] hidden = new double[ids.length][width];
        for (int t = 0; t < ids.length; t++) {
            for (int i = 0; i < width; i++) {
                hidden[t][i] = weights.embedding()[(int) ids[t] * width + i];
                if (shape.positions() == Positions.LEARNED) {
                    hidden[t][i] += weights.positions()[t * width + i];
                }
            }
        }
        for (Layer layer : weights.layers()) {
            add(hidden, times(attention(layer, norm(hidden, layer.attentionNorm())), layer.attentionOutput(), width));
            double[][] wide = times(norm(hidden, layer.mlpNorm()), layer.expansion(), shape.expansionSize());
            add(hidden, times(activation(wide), layer.contraction(), width));
        }
        return times(norm(hidden, weights.finalNorm()), head(), shape.vocabularySize());
    }

    private double[][] attention(Layer layer, double[][] normed) {
        int size = shape.headSize();
        double[][] projected = times(normed, layer.queryKeyValue(), shape.projectionSize());
        double[][] mixed = new double[normed.length][shape.heads() * size];
        for (int head = 0; head < shape.heads(); head++) {
            int group = head / (shape.heads() / shape.keyValueHeads());
            for (int t = 0; t < normed.length; t++) {
                double[] query = head(projected[t], head, t, true);
                double[] shares = new double[t + 1];
                double sum = 0;
                for (int s = 0; s <= t; s++) {
                    double[] key = head(projected[s], shape.heads() + group, s, true);
                    double score = 0;
                    for (int i = 0; i < size; i++) {
                        score += query[i] * key[i];
                    }
                    shares[s] = Math.exp(score / Math.sqrt(size));
                    sum += shares[s];
                }
                for (int s = 0; s <= t; s++) {
                    double[] value = head(projected[s], shape.heads() + shape.keyValueHeads() + group, s, false);
                    for (int i = 0; i < size; i++) {
                        mixed[t][head * size + i] += shares[s] / sum * value[i];
                    }
                }
            }
        }
        return mixed;
    }

    private double[] head(double[] row, int index, int position, boolean rotate) {
        int size = shape.headSize();
        int half = size / 2;
        double[] head = new double[size];
        System.arraycopy(row, index * size, head, 0, size);
        if (!rotate || shape.positions() != Positions.ROTARY) {
            return head;
        }
        double[] rotated = new double[size];
        for (int i = 0; i < half; i++) {
            double angle = position * Math.pow(shape.ropeTheta(), -2.0 * i / size);
            rotated[i] = head[i] * Math.cos(angle) - head[i + half] * Math.sin(angle);
            rotated[i + half] = head[i + half] * Math.cos(angle) + head[i] * Math.sin(angle);
        }
        return rotated;
    }

    private double[][] activation(double[][] wide) {
        double[][] active = new double[wide.length][shape.mlpSize()];
        for (int t = 0; t < wide.length; t++) {
            for (int i = 0; i < shape.mlpSize(); i++) {
                double x = wide[t][i];
                active[t][i] = shape.mlp() == Mlp.SWIGLU
                        ? x / (1 + Math.exp(-x)) * wide[t][shape.mlpSize() + i]
                        : 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
            }
        }
        return active;
    }

    private double[][] norm(double[][] hidden, NormWeights norm) {
        double[][] normed = new double[hidden.length][shape.hiddenSize()];
        for (int t = 0; t < hidden.length; t++) {
            double mean = 0;
            if (shape.norm() == Norm.LAYER) {
                for (double x : hidden[t]) {
                    mean += x / shape.hiddenSize();
                }
            }
            double variance = 0;
            for (double x : hidden[t]) {
                variance += (x - mean) * (x - mean) / shape.hiddenSize();
            }
            for (int i = 0; i < shape.hiddenSize(); i++) {
                normed[t][i] = (hidden[t][i] - mean) / Math.sqrt(variance + shape.normEpsilon()) * norm.scale()[i];
                if (shape.norm() == Norm.LAYER) {
                    normed[t][i] += norm.shift()[i];
                }
            }
        }
        return normed;
    }

    private float[] head() {
        if (!shape.tiedHead()) {
            return weights.head();
        }
        float[] turned = new float[weights.embedding().length];
        for (int id = 0; id < shape.vocabularySize(); id++) {
            for (int i = 0; i < shape.hiddenSize(); i++) {
                turned[i * shape.vocabularySize() + id] = weights.embedding()[id * shape.hiddenSize() + i];
            }
        }
        return turned;
    }

    private static double[][] times(double[][] rows, float[] matrix, int columns) {
        double[][] product = new double[rows.length][columns];
        for (int t = 0; t < rows.length; t++) {
            for (int i = 0; i < rows[t].length; i++) {
                for (int j = 0; j < columns; j++) {
                    product[t][j] += rows[t][i] * matrix[i * columns + j];
                }
            }
        }
        return product;
    }

    private static void add(double[][] to, double[][] what) {
        for (int t = 0; t < to.length; t++) {
            for (int i = 0; i < to[t].length; i++) {
                to[t][i] += what[t][i];
            }
        }
    }
}
