package dev.penstock.trainer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.Activation;
import dev.penstock.onnx.DecoderShape;
import dev.penstock.onnx.DecoderWeights;
import dev.penstock.onnx.DecoderWeights.Layer;
import dev.penstock.onnx.DecoderWeights.NormWeights;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * A decoder of the Llama family in DJL operations that can be differentiated: RMS norms, rotary positions, grouped
 * queries, SwiGLU, tied head. {@code dev.penstock.onnx} writes the same computation for inference.
 */
final class Network {

    private static final double DEVIATION = 0.03;
    private static final double EMBEDDING_DEVIATION = 0.05;

    private final DecoderShape shape;
    private final Map<String, NDArray> parameters = new LinkedHashMap<>();

    /**
     * Draws initial weights.
     *
     * @param shape RMS norms, rotary positions, SwiGLU and a tied head are taken for granted
     * @param manager owns the parameters
     */
    Network(DecoderShape shape, NDManager manager, long seed) {
        this.shape = shape;
        RandomGenerator random = new SplittableRandom(seed);
        int hidden = shape.hiddenSize();
        int joined = shape.heads() * shape.headSize();
        // What blocks add must not drown the embeddings at first: a token's identity has to reach the last block, or
        // copying is learned late.
        double added = DEVIATION / Math.sqrt(2.0 * shape.layers());
        float[] embedding = random(random, shape.vocabularySize() * hidden, EMBEDDING_DEVIATION);
        for (int id = 0; id < shape.vocabularySize(); id++) {
            embedding[id * hidden] = Induction.CONSTANT;
        }
        add(manager, "embedding", embedding, shape.vocabularySize(), hidden);
        List<float[]> projections = new ArrayList<>();
        List<float[]> outputs = new ArrayList<>();
        for (int i = 0; i < shape.layers(); i++) {
            projections.add(random(random, hidden * shape.projectionSize(), DEVIATION));
            outputs.add(random(random, joined * hidden, added));
        }
        Induction.prepare(shape, projections, outputs);
        for (int i = 0; i < shape.layers(); i++) {
            ones(manager, name(i, "attentionNorm"), hidden);
            add(manager, name(i, "queryKeyValue"), projections.get(i), hidden, shape.projectionSize());
            add(manager, name(i, "attentionOutput"), outputs.get(i), joined, hidden);
            ones(manager, name(i, "mlpNorm"), hidden);
            int wide = shape.expansionSize();
            add(manager, name(i, "expansion"), random(random, hidden * wide, DEVIATION), hidden, wide);
            int inner = shape.mlpSize();
            add(manager, name(i, "contraction"), random(random, inner * hidden, added), inner, hidden);
        }
        ones(manager, "finalNorm", hidden);
    }

    /** All parameters by name. */
    Map<String, NDArray> parameters() {
        return parameters;
    }

    /** Forgets the gradients, also those that are not numbers, which no arithmetic on them would. */
    void dropGradients() {
        parameters.replaceAll((name, parameter) -> {
            NDArray fresh = parameter.getManager().create(parameter.toFloatArray(), parameter.getShape());
            fresh.setRequiresGradient(true);
            parameter.close();
            return fresh;
        });
    }

    /**
     * Mean cross-entropy of the learned tokens.
     *
     * @param step owns everything computed here, to be closed after the step: results belong to the manager of their
     *     left operand, and what starts from a parameter would stay for ever
     */
    NDArray loss(Batch batch, NDManager step) {
        int hidden = shape.hiddenSize();
        NDArray ids = step.create(batch.ids(), new Shape(batch.rows(), batch.length()));
        NDArray mask = step.create(batch.mask(), new Shape(batch.rows(), 1, 1, batch.length(), batch.length()));
        Rotation rotation = Rotation.of(shape, batch.length(), step);
        NDArray embedding = parameter("embedding");
        NDArray stream = rows(embedding, ids, step);
        for (int i = 0; i < shape.layers(); i++) {
            stream = stream.add(attention(i, norm(stream, name(i, "attentionNorm")), mask, rotation));
            stream = stream.add(feedForward(i, norm(stream, name(i, "mlpNorm"))));
        }
        // Only the learned positions go through the head, the widest matrix of all.
        NDArray learned = rows(stream.reshape(-1, hidden), step.create(batch.learned()), step);
        NDArray head = embedding.transpose();
        head.attach(step);
        NDArray scores = norm(learned, "finalNorm").matMul(head).logSoftmax(-1);
        NDArray targets = step.create(batch.targets(), new Shape(batch.targets().length, 1));
        NDArray weights = step.create(batch.weights(), targets.getShape());
        return scores.gather(targets, 1).mul(weights).sum().neg();
    }

    private NDArray rows(NDArray table, NDArray indices, NDManager step) {
        NDList found = table.getNDArrayInternal().embedding(indices, table, SparseFormat.DENSE);
        found.attach(step);
        return found.singletonOrThrow();
    }

    private NDArray norm(NDArray x, String scale) {
        NDArray deviation =
                x.square().mean(new int[] {-1}, true).add(shape.normEpsilon()).sqrt();
        return x.div(deviation).mul(parameter(scale));
    }

    private NDArray attention(int layer, NDArray normed, NDArray mask, Rotation rotation) {
        long batch = normed.getShape().get(0);
        long length = normed.getShape().get(1);
        int size = shape.headSize();
        int heads = shape.heads();
        int shared = shape.keyValueHeads();
        int rotated = heads + shared;
        NDList parts = normed.matMul(parameter(name(layer, "queryKeyValue")))
                .reshape(batch, length, rotated + shared, size)
                .split(new long[] {rotated}, 2);
        NDList turned = rotation.apply(parts.get(0)).transpose(0, 2, 1, 3).split(new long[] {heads}, 1);
        NDArray query = turned.get(0).reshape(batch, shared, heads / shared, length, size);
        NDArray key = turned.get(1).expandDims(2);
        NDArray value = parts.get(1).transpose(0, 2, 1, 3).expandDims(2);
        NDArray scores = query.matMul(key.transpose(0, 1, 2, 4, 3)).mul((float) (1 / Math.sqrt(size)));
        NDArray mixed = scores.add(mask).softmax(-1).matMul(value);
        return mixed.transpose(0, 3, 1, 2, 4)
                .reshape(batch, length, (long) heads * size)
                .matMul(parameter(name(layer, "attentionOutput")));
    }

    private NDArray feedForward(int layer, NDArray normed) {
        NDList wide = normed.matMul(parameter(name(layer, "expansion"))).split(new long[] {shape.mlpSize()}, 2);
        // Not Activation.swish: it divides by 1 + exp(-x), whose derivative is not a number where x is below -88.
        NDArray gate = wide.get(0).mul(Activation.sigmoid(wide.get(0)));
        return gate.mul(wide.get(1)).matMul(parameter(name(layer, "contraction")));
    }

    /** Rotation by position: {@code x cos + swap(x) sin}, where swap exchanges the halves of a head with a sign. */
    private record Rotation(NDArray cosine, NDArray sine, NDArray swap) {

        static Rotation of(DecoderShape shape, int length, NDManager step) {
            int size = shape.headSize();
            int half = size / 2;
            float[] cosines = new float[length * size];
            float[] sines = new float[length * size];
            for (int i = 0; i < cosines.length; i++) {
                int position = i / size;
                double angle = position * Math.pow(shape.ropeTheta(), -2.0 * (i % half) / size);
                cosines[i] = (float) Math.cos(angle);
                sines[i] = (float) Math.sin(angle);
            }
            float[] swap = new float[size * size];
            for (int i = 0; i < half; i++) {
                swap[(i + half) * size + i] = -1;
                swap[i * size + i + half] = 1;
            }
            Shape table = new Shape(1, length, 1, size);
            return new Rotation(
                    step.create(cosines, table), step.create(sines, table), step.create(swap, new Shape(size, size)));
        }

        NDArray apply(NDArray x) {
            return x.mul(cosine).add(x.matMul(swap).mul(sine));
        }
    }

    /** The present weights, for export. */
    DecoderWeights weights() {
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < shape.layers(); i++) {
            layers.add(new Layer(
                    normWeights(name(i, "attentionNorm")),
                    values(name(i, "queryKeyValue")),
                    values(name(i, "attentionOutput")),
                    normWeights(name(i, "mlpNorm")),
                    values(name(i, "expansion")),
                    values(name(i, "contraction"))));
        }
        return new DecoderWeights(values("embedding"), new float[0], layers, normWeights("finalNorm"), new float[0]);
    }

    private NormWeights normWeights(String name) {
        return new NormWeights(values(name), new float[0]);
    }

    private float[] values(String name) {
        return parameter(name).toFloatArray();
    }

    private NDArray parameter(String name) {
        NDArray parameter = parameters.get(name);
        if (parameter == null) {
            throw new IllegalArgumentException(name + " (expected: one of " + parameters.keySet() + ")");
        }
        return parameter;
    }

    private static String name(int layer, String part) {
        return layer + "." + part;
    }

    private static float[] random(RandomGenerator random, int count, double deviation) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (random.nextGaussian() * deviation);
        }
        return values;
    }

    private void add(NDManager manager, String name, float[] values, int inputs, int outputs) {
        add(name, manager.create(values, new Shape(inputs, outputs)));
    }

    private void ones(NDManager manager, String name, int size) {
        add(name, manager.ones(new Shape(size)));
    }

    private void add(String name, NDArray parameter) {
        parameter.setRequiresGradient(true);
        parameters.put(name, parameter);
    }
}
