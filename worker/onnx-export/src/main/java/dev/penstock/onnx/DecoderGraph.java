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
 * one matrix, the query scale is folded into the weights, queries and keys are rotated together, the queries that share
 * a key are rows of one product, and what ONNX Runtime has as one operator is one node.
 */
final class DecoderGraph {

    /** Finite, so that a row with every key masked stays finite; {@code exp} of it is exactly 0 beside a real score. */
    private static final float MASKED = -1e9f;

    private final DecoderShape shape;
    private final DecoderWeights weights;
    private final OnnxGraph graph = new OnnxGraph();

    private String mask = "";
    /** Shape of the scores by query head, {@code [batch, heads, sequence, total]}, and by key head. */
    private String scores = "";

    private String products = "";

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
        String tokens = graph.node("Gather", List.of(embedding, "input_ids"));
        Layer first = weights.layers().getFirst();
        Stream stream;
        if (shape.positions() == Positions.LEARNED) {
            String table = graph.constant(
                    "embed_positions.weight", weights.positions(), shape.contextLength(), shape.hiddenSize());
            String positions = graph.node("Gather", List.of(table, "position_ids"));
            stream = added(layer(0) + "input_layernorm", first.attentionNorm(), tokens, positions);
        } else {
            rotations();
            stream = new Stream(tokens, norm(layer(0) + "input_layernorm", first.attentionNorm(), tokens));
        }
        for (int i = 0; i < shape.layers(); i++) {
            Layer layer = weights.layers().get(i);
            boolean last = i + 1 == shape.layers();
            stream = added(
                    layer(i) + "post_attention_layernorm",
                    layer.mlpNorm(),
                    stream.residual,
                    attention(i, layer, stream.normed));
            stream = added(
                    last ? "norm" : layer(i + 1) + "input_layernorm",
                    last ? weights.finalNorm() : weights.layers().get(i + 1).attentionNorm(),
                    stream.residual,
                    feedForward(i, layer, stream.normed));
        }
        graph.node(OnnxGraph.STANDARD, "MatMul", List.of(stream.normed, head(embedding)), List.of("logits"));
        return graph.toModel("decoder");
    }

    /** The residual stream, and the same normalised for whoever reads it next. */
    private record Stream(String residual, String normed) {}

    private static String layer(int index) {
        return "layers." + index + ".";
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
        graph.integers("axis_0", 0);
        graph.integers("axes_1_2", 1, 2);
        graph.integers("any", -1);
        graph.integers("batch_and_heads", 0, shape.heads());
        graph.integers("batch_and_keys", 0, shape.keyValueHeads());
        int rotated = shape.heads() + shape.keyValueHeads();
        graph.integers(
                "split_rotated", (long) rotated * shape.headSize(), (long) shape.keyValueHeads() * shape.headSize());
        graph.integers("split_heads", shape.heads(), shape.keyValueHeads());
        graph.integers("shape_rotated", 0, 0, rotated, shape.headSize());
        graph.integers("shape_value", 0, 0, shape.keyValueHeads(), shape.headSize());
        // Queries that share a key lie beside each other: their heads and positions are the rows of one product.
        graph.integers("shape_rows", 0, shape.keyValueHeads(), -1, shape.headSize());
        graph.integers("shape_heads", 0, shape.heads(), -1, shape.headSize());
        graph.integers("shape_joined", 0, 0, (long) shape.heads() * shape.headSize());
    }

    /** {@code [batch, 1, sequence, total]}: 0 where a key is real and not in the future, else {@link #MASKED}. */
    private String mask() {
        graph.scalar("mask_open", 0);
        graph.scalar("mask_closed", MASKED);
        String total = length("attention_mask");
        String sequence = length("input_ids");
        String past = graph.node("Sub", List.of(total, sequence));
        String keys = graph.node("Range", List.of("zero", total, "one"));
        String queries = graph.node("Unsqueeze", List.of(graph.node("Range", List.of(past, total, "one")), "axis_1"));
        String causal = graph.node("LessOrEqual", List.of(keys, queries));
        String real = graph.node("Cast", List.of("attention_mask"), Attribute.cast(Element.BOOL));
        String open = graph.node("And", List.of(graph.node("Unsqueeze", List.of(real, "axes_1_2")), causal));
        scores = graph.node(
                "Concat", List.of("batch_and_heads", vector(sequence), vector(total)), Attribute.of("axis", 0));
        products = graph.node("Concat", List.of("batch_and_keys", "any", vector(total)), Attribute.of("axis", 0));
        return graph.node("Where", List.of(open, "mask_open", "mask_closed"));
    }

    private String vector(String scalar) {
        return graph.node("Unsqueeze", List.of(scalar, "axis_0"));
    }

    private String length(String value) {
        return graph.node("Gather", List.of(graph.node("Shape", List.of(value)), "one"));
    }

    /** Tables of the rotation of pairs {@code (i, i + headSize / 2)} by {@code position * theta^(-2i / headSize)}. */
    private void rotations() {
        int half = shape.headSize() / 2;
        float[] cosines = new float[shape.contextLength() * half];
        float[] sines = new float[cosines.length];
        for (int i = 0; i < cosines.length; i++) {
            int position = i / half;
            double angle = position * Math.pow(shape.ropeTheta(), -2.0 * (i % half) / shape.headSize());
            cosines[i] = (float) Math.cos(angle);
            sines[i] = (float) Math.sin(angle);
        }
        graph.constant("rotary_cosine", cosines, shape.contextLength(), half);
        graph.constant("rotary_sine", sines, shape.contextLength(), half);
    }

    private String attention(int index, Layer layer, String normed) {
        String weight = graph.constant(
                layer(index) + "qkv.weight", scaledQueries(layer), shape.hiddenSize(), shape.projectionSize());
        List<String> parts =
                split(graph.node("MatMul", List.of(normed, weight)), "split_rotated", 2, Attribute.of("axis", -1));
        String rotated = parts.get(0);
        if (shape.positions() == Positions.ROTARY) {
            rotated = contributed("RotaryEmbedding", List.of(rotated, "position_ids", "rotary_cosine", "rotary_sine"));
        }
        List<String> queryAndKey = split(
                heads(graph.node("Reshape", List.of(rotated, "shape_rotated"))),
                "split_heads",
                2,
                Attribute.of("axis", 1));
        String key = cached(index, "key", queryAndKey.get(1));
        String value = cached(index, "value", heads(graph.node("Reshape", List.of(parts.get(1), "shape_value"))));

        String query = graph.node("Reshape", List.of(queryAndKey.get(0), "shape_rows"));
        String products = contributed("FusedMatMul", List.of(query, key), Attribute.of("transB", 1));
        String scores = graph.node("Reshape", List.of(products, this.scores));
        String shares =
                graph.node("Softmax", List.of(graph.node("Add", List.of(scores, mask))), Attribute.of("axis", -1));
        String mixed = graph.node("MatMul", List.of(graph.node("Reshape", List.of(shares, this.products)), value));
        String joined = graph.node(
                "Reshape", List.of(heads(graph.node("Reshape", List.of(mixed, "shape_heads"))), "shape_joined"));
        String output = graph.constant(
                layer(index) + "o.weight",
                layer.attentionOutput(),
                (long) shape.heads() * shape.headSize(),
                shape.hiddenSize());
        return graph.node("MatMul", List.of(joined, output));
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

    private String feedForward(int index, Layer layer, String normed) {
        String expansion = graph.constant(
                layer(index) + "mlp.expansion.weight", layer.expansion(), shape.hiddenSize(), shape.expansionSize());
        String contraction = graph.constant(
                layer(index) + "mlp.contraction.weight", layer.contraction(), shape.mlpSize(), shape.hiddenSize());
        String wide = graph.node("MatMul", List.of(normed, expansion));
        String active = shape.mlp() == Mlp.SWIGLU ? gated(wide, layer(index)) : gelu(wide);
        return graph.node("MatMul", List.of(active, contraction));
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

    /** Adds to the residual stream and normalises the sum, in one node. */
    private Stream added(String name, NormWeights norm, String residual, String change) {
        Attribute epsilon = Attribute.of("epsilon", shape.normEpsilon());
        String scale = graph.constant(name + ".weight", norm.scale(), shape.hiddenSize());
        boolean rms = shape.norm() == Norm.RMS;
        List<String> inputs = rms
                ? List.of(residual, change, scale)
                : List.of(residual, change, scale, graph.constant(name + ".bias", norm.shift(), shape.hiddenSize()));
        Stream stream = new Stream(graph.fresh("sum"), graph.fresh("normed"));
        graph.node(
                OnnxGraph.CONTRIBUTED,
                rms ? "SkipSimplifiedLayerNormalization" : "SkipLayerNormalization",
                inputs,
                List.of(stream.normed, "", "", stream.residual),
                epsilon);
        return stream;
    }

    private String head(String embedding) {
        return shape.tiedHead()
                ? graph.node("Transpose", List.of(embedding), Attribute.list("perm", 1, 0))
                : graph.constant("lm_head.weight", weights.head(), shape.hiddenSize(), shape.vocabularySize());
    }
}
