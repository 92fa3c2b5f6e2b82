package dev.penstock.onnx;

import dev.penstock.onnx.DecoderShape.Mlp;
import dev.penstock.onnx.DecoderShape.Norm;
import dev.penstock.onnx.DecoderShape.Positions;
import dev.penstock.onnx.DecoderWeights.Layer;
import dev.penstock.onnx.DecoderWeights.NormWeights;
import dev.penstock.onnx.OnnxGraph.Attribute;
import dev.penstock.onnx.OnnxGraph.Element;
import java.util.ArrayList;
import java.util.List;

/**
 * A decoder as an ONNX graph with the inputs and outputs of a Hugging Face export.
 *
 * <p>In a small model the time goes to starting nodes, not to arithmetic. So projections that read the same input are
 * one matrix, the query scale is folded into the weights, and queries and keys are rotated together.
 */
final class DecoderGraph {

    /** Finite, so that a row with every key masked stays finite; {@code exp} of it is exactly 0 beside a real score. */
    private static final float MASKED = -1e9f;

    private final DecoderShape shape;
    private final DecoderWeights weights;
    private final OnnxGraph graph = new OnnxGraph();

    private String mask = "";
    private String cosine = "";
    private String sine = "";

    private DecoderGraph(DecoderShape shape, DecoderWeights weights) {
        this.shape = shape;
        this.weights = weights;
    }

    static byte[] write(DecoderShape shape, DecoderWeights weights) {
        weights.requireFits(shape);
        return new DecoderGraph(shape, weights).write();
    }

    private byte[] write() {
        declare();
        constants();
        mask = mask();
        String embedding =
                graph.constant("embed_tokens.weight", weights.embedding(), shape.vocabularySize(), shape.hiddenSize());
        String hidden = graph.node("Gather", List.of(embedding, "input_ids"));
        if (shape.positions() == Positions.LEARNED) {
            String table = graph.constant(
                    "embed_positions.weight", weights.positions(), shape.contextLength(), shape.hiddenSize());
            hidden = graph.node("Add", List.of(hidden, graph.node("Gather", List.of(table, "position_ids"))));
        } else {
            rotations();
        }
        for (int i = 0; i < shape.layers(); i++) {
            Layer layer = weights.layers().get(i);
            String name = "layers." + i + ".";
            hidden = attention(i, layer, name, hidden);
            hidden = feedForward(layer, name, hidden);
        }
        String last = norm("norm", weights.finalNorm(), hidden);
        graph.node(OnnxGraph.STANDARD, "MatMul", List.of(last, head(embedding)), List.of("logits"));
        return graph.toModel("decoder");
    }

    private void declare() {
        graph.input("input_ids", Element.INT64, "batch_size", "sequence_length");
        graph.input("attention_mask", Element.INT64, "batch_size", "total_sequence_length");
        graph.input("position_ids", Element.INT64, "batch_size", "sequence_length");
        graph.output("logits", Element.FLOAT, "batch_size", "sequence_length", shape.vocabularySize());
        for (int i = 0; i < shape.layers(); i++) {
            for (String part : List.of("key", "value")) {
                graph.input(
                        "past_key_values." + i + "." + part,
                        Element.FLOAT,
                        "batch_size",
                        shape.keyValueHeads(),
                        "past_sequence_length",
                        shape.headSize());
                graph.output(
                        "present." + i + "." + part,
                        Element.FLOAT,
                        "batch_size",
                        shape.keyValueHeads(),
                        "total_sequence_length",
                        shape.headSize());
            }
        }
    }

    private void constants() {
        graph.integer("zero", 0);
        graph.integer("one", 1);
        graph.integers("axis_1", 1);
        graph.integers("axis_2", 2);
        graph.integers("axes_1_2_3", 1, 2, 3);
        int rotated = shape.heads() + shape.keyValueHeads();
        graph.integers(
                "split_rotated", (long) rotated * shape.headSize(), (long) shape.keyValueHeads() * shape.headSize());
        graph.integers("split_heads", shape.heads(), shape.keyValueHeads());
        graph.integers("shape_rotated", 0, 0, rotated, shape.headSize());
        graph.integers("shape_value", 0, 0, shape.keyValueHeads(), shape.headSize());
        graph.integers(
                "shape_grouped", 0, shape.keyValueHeads(), shape.heads() / shape.keyValueHeads(), -1, shape.headSize());
        graph.integers("shape_joined", 0, 0, (long) shape.heads() * shape.headSize());
    }

    /** {@code [batch, 1, 1, sequence, total]}: 0 where a key is real and not in the future, else {@link #MASKED}. */
    private String mask() {
        graph.scalar("mask_open", 0);
        graph.scalar("mask_closed", MASKED);
        String total = length("attention_mask");
        String past = graph.node("Sub", List.of(total, length("input_ids")));
        String keys = graph.node("Range", List.of("zero", total, "one"));
        String queries = graph.node("Unsqueeze", List.of(graph.node("Range", List.of(past, total, "one")), "axis_1"));
        String causal = graph.node("LessOrEqual", List.of(keys, queries));
        String real = graph.node("Cast", List.of("attention_mask"), Attribute.cast(Element.BOOL));
        String open = graph.node("And", List.of(graph.node("Unsqueeze", List.of(real, "axes_1_2_3")), causal));
        return graph.node("Where", List.of(open, "mask_open", "mask_closed"));
    }

    private String length(String value) {
        return graph.node("Gather", List.of(graph.node("Shape", List.of(value)), "one"));
    }

    /**
     * Rotation of pairs {@code (i, i + headSize / 2)} by {@code position * theta^(-2i / headSize)}. Swapping the halves
     * with the sign is a product with a constant matrix of 0 and 1: exact, and one node where slicing takes four.
     */
    private void rotations() {
        int size = shape.headSize();
        int half = size / 2;
        float[] cosines = new float[shape.contextLength() * size];
        float[] sines = new float[cosines.length];
        for (int position = 0; position < shape.contextLength(); position++) {
            for (int i = 0; i < size; i++) {
                double angle = position * Math.pow(shape.ropeTheta(), -2.0 * (i % half) / size);
                cosines[position * size + i] = (float) Math.cos(angle);
                sines[position * size + i] = (float) Math.sin(angle);
            }
        }
        float[] swap = new float[size * size];
        for (int i = 0; i < half; i++) {
            swap[(i + half) * size + i] = -1;
            swap[i * size + i + half] = 1;
        }
        graph.constant("rotary_swap", swap, size, size);
        cosine = rotation(graph.constant("rotary_cosine", cosines, shape.contextLength(), size));
        sine = rotation(graph.constant("rotary_sine", sines, shape.contextLength(), size));
    }

    private String rotation(String table) {
        return graph.node("Unsqueeze", List.of(graph.node("Gather", List.of(table, "position_ids")), "axis_2"));
    }

    private String attention(int index, Layer layer, String name, String hidden) {
        String normed = norm(name + "input_layernorm", layer.attentionNorm(), hidden);
        String weight =
                graph.constant(name + "qkv.weight", scaledQueries(layer), shape.hiddenSize(), shape.projectionSize());
        List<String> parts =
                split(graph.node("MatMul", List.of(normed, weight)), "split_rotated", 2, Attribute.of("axis", -1));
        String rotated = graph.node("Reshape", List.of(parts.get(0), "shape_rotated"));
        if (shape.positions() == Positions.ROTARY) {
            String swapped = graph.node("MatMul", List.of(rotated, "rotary_swap"));
            rotated = graph.node(
                    "Add",
                    List.of(graph.node("Mul", List.of(rotated, cosine)), graph.node("Mul", List.of(swapped, sine))));
        }
        List<String> queryAndKey = split(heads(rotated), "split_heads", 2, Attribute.of("axis", 1));
        String key = cached(index, "key", queryAndKey.get(1));
        String value = cached(index, "value", heads(graph.node("Reshape", List.of(parts.get(1), "shape_value"))));

        String query = graph.node("Reshape", List.of(queryAndKey.get(0), "shape_grouped"));
        String turned = graph.node("Transpose", List.of(key), Attribute.list("perm", 0, 1, 3, 2));
        String scores = graph.node("MatMul", List.of(query, graph.node("Unsqueeze", List.of(turned, "axis_2"))));
        String shares =
                graph.node("Softmax", List.of(graph.node("Add", List.of(scores, mask))), Attribute.of("axis", -1));
        String mixed = graph.node("MatMul", List.of(shares, graph.node("Unsqueeze", List.of(value, "axis_2"))));
        String turnedBack = graph.node("Transpose", List.of(mixed), Attribute.list("perm", 0, 3, 1, 2, 4));
        String joined = graph.node("Reshape", List.of(turnedBack, "shape_joined"));
        String output = graph.constant(
                name + "o.weight",
                layer.attentionOutput(),
                (long) shape.heads() * shape.headSize(),
                shape.hiddenSize());
        return graph.node("Add", List.of(hidden, graph.node("MatMul", List.of(joined, output))));
    }

    private String heads(String value) {
        return graph.node("Transpose", List.of(value), Attribute.list("perm", 0, 2, 1, 3));
    }

    private String cached(int index, String part, String fresh) {
        String present = "present." + index + "." + part;
        graph.node(
                OnnxGraph.STANDARD,
                "Concat",
                List.of("past_key_values." + index + "." + part, fresh),
                List.of(present),
                Attribute.of("axis", 2));
        return present;
    }

    private List<String> split(String value, String sizes, int count, Attribute axis) {
        List<String> outputs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            outputs.add(graph.fresh("Split"));
        }
        graph.node(OnnxGraph.STANDARD, "Split", List.of(value, sizes), outputs, axis);
        return outputs;
    }

    private float[] scaledQueries(Layer layer) {
        float[] scaled = layer.queryKeyValue().clone();
        float scale = (float) (1 / Math.sqrt(shape.headSize()));
        int queries = shape.heads() * shape.headSize();
        for (int row = 0; row < shape.hiddenSize(); row++) {
            for (int column = 0; column < queries; column++) {
                scaled[row * shape.projectionSize() + column] *= scale;
            }
        }
        return scaled;
    }

    private String feedForward(Layer layer, String name, String hidden) {
        String normed = norm(name + "post_attention_layernorm", layer.mlpNorm(), hidden);
        String expansion = graph.constant(
                name + "mlp.expansion.weight", layer.expansion(), shape.hiddenSize(), shape.expansionSize());
        String contraction = graph.constant(
                name + "mlp.contraction.weight", layer.contraction(), shape.mlpSize(), shape.hiddenSize());
        String wide = graph.node("MatMul", List.of(normed, expansion));
        String active = shape.mlp() == Mlp.SWIGLU ? gated(wide, name) : gelu(wide);
        return graph.node("Add", List.of(hidden, graph.node("MatMul", List.of(active, contraction))));
    }

    private String gated(String wide, String name) {
        String sizes = graph.integers(name + "split_mlp", shape.mlpSize(), shape.mlpSize());
        List<String> parts = split(wide, sizes, 2, Attribute.of("axis", -1));
        String silu = contributed("QuickGelu", List.of(parts.get(0)), Attribute.of("alpha", 1f));
        return graph.node("Mul", List.of(silu, parts.get(1)));
    }

    private String gelu(String wide) {
        return contributed("FastGelu", List.of(wide));
    }

    private String contributed(String operator, List<String> inputs, Attribute... attributes) {
        String output = graph.fresh(operator);
        graph.node(OnnxGraph.CONTRIBUTED, operator, inputs, List.of(output), attributes);
        return output;
    }

    private String norm(String name, NormWeights norm, String hidden) {
        Attribute epsilon = Attribute.of("epsilon", shape.normEpsilon());
        Attribute axis = Attribute.of("axis", -1);
        String scale = graph.constant(name + ".weight", norm.scale(), shape.hiddenSize());
        if (shape.norm() == Norm.RMS) {
            return graph.node("SimplifiedLayerNormalization", List.of(hidden, scale), axis, epsilon);
        }
        String shift = graph.constant(name + ".bias", norm.shift(), shape.hiddenSize());
        return graph.node("LayerNormalization", List.of(hidden, scale, shift), axis, epsilon);
    }

    private String head(String embedding) {
        return shape.tiedHead()
                ? graph.node("Transpose", List.of(embedding), Attribute.list("perm", 1, 0))
                : graph.constant("lm_head.weight", weights.head(), shape.hiddenSize(), shape.vocabularySize());
    }
}
