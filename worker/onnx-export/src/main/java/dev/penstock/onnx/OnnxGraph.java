package dev.penstock.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * An ONNX graph under construction: nodes in execution order, constants, inputs and outputs.
 *
 * <p>Field numbers are those of {@code onnx.proto} (ModelProto, GraphProto, NodeProto, AttributeProto, TensorProto).
 */
final class OnnxGraph {

    static final String STANDARD = "";
    static final String CONTRIBUTED = "com.microsoft";

    private static final int IR_VERSION = 8;
    private static final int OPSET = 17;

    /** The element types in use, with their TensorProto.DataType numbers. */
    enum Element {
        FLOAT(1),
        INT32(6),
        INT64(7),
        BOOL(9);

        private final int number;

        Element(int number) {
            this.number = number;
        }
    }

    private final ProtobufWriter graph = new ProtobufWriter();
    private int names;

    /** A name no other value has. */
    String fresh(String hint) {
        return hint + "_" + names++;
    }

    void input(String name, Element type, Object... dimensions) {
        graph.message(11, value(name, type, dimensions));
    }

    void output(String name, Element type, Object... dimensions) {
        graph.message(12, value(name, type, dimensions));
    }

    String constant(String name, float[] values, long... dimensions) {
        ByteBuffer raw = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        raw.asFloatBuffer().put(values);
        return tensor(name, Element.FLOAT, raw.array(), dimensions);
    }

    String scalar(String name, float value) {
        return constant(name, new float[] {value});
    }

    String integers(String name, long... values) {
        return tensor(name, Element.INT64, longs(values), values.length);
    }

    String integer(String name, long value) {
        return tensor(name, Element.INT64, longs(value));
    }

    /** Appends a node with one output and returns that output's name. */
    String node(String operator, List<String> inputs, Attribute... attributes) {
        String output = fresh(operator);
        node(STANDARD, operator, inputs, List.of(output), attributes);
        return output;
    }

    void node(String domain, String operator, List<String> inputs, List<String> outputs, Attribute... attributes) {
        ProtobufWriter node = new ProtobufWriter();
        inputs.forEach(input -> node.text(1, input));
        outputs.forEach(output -> node.text(2, output));
        node.text(3, fresh("node_" + operator)).text(4, operator);
        for (Attribute attribute : attributes) {
            node.message(5, attribute.write());
        }
        if (!domain.isEmpty()) {
            node.text(7, domain);
        }
        graph.message(1, node);
    }

    byte[] toModel(String graphName) {
        graph.text(2, graphName);
        return new ProtobufWriter()
                .integer(1, IR_VERSION)
                .text(2, "penstock")
                .message(7, graph)
                .message(8, new ProtobufWriter().text(1, STANDARD).integer(2, OPSET))
                .message(8, new ProtobufWriter().text(1, CONTRIBUTED).integer(2, 1))
                .toByteArray();
    }

    private String tensor(String name, Element type, byte[] raw, long... dimensions) {
        ProtobufWriter tensor = new ProtobufWriter();
        for (long dimension : dimensions) {
            tensor.integer(1, dimension);
        }
        graph.message(5, tensor.integer(2, type.number).text(8, name).bytes(9, raw));
        return name;
    }

    private static byte[] longs(long... values) {
        ByteBuffer raw = ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        raw.asLongBuffer().put(values);
        return raw.array();
    }

    private static ProtobufWriter value(String name, Element type, Object... dimensions) {
        ProtobufWriter shape = new ProtobufWriter();
        for (Object dimension : dimensions) {
            ProtobufWriter written = new ProtobufWriter();
            if (dimension instanceof Number number) {
                written.integer(1, number.longValue());
            } else {
                written.text(2, dimension.toString());
            }
            shape.message(1, written);
        }
        ProtobufWriter tensorType = new ProtobufWriter().integer(1, type.number).message(2, shape);
        return new ProtobufWriter().text(1, name).message(2, new ProtobufWriter().message(1, tensorType));
    }

    /** A node's attribute. */
    sealed interface Attribute {

        ProtobufWriter write();

        static Attribute of(String name, long value) {
            return new Whole(name, value);
        }

        static Attribute of(String name, float value) {
            return new Real(name, value);
        }

        static Attribute list(String name, long... values) {
            return new Wholes(name, values.clone());
        }

        static Attribute cast(Element type) {
            return new Whole("to", type.number);
        }
    }

    private record Whole(String name, long value) implements Attribute {
        @Override
        public ProtobufWriter write() {
            return new ProtobufWriter().text(1, name).integer(3, value).integer(20, 2);
        }
    }

    private record Real(String name, float value) implements Attribute {
        @Override
        public ProtobufWriter write() {
            return new ProtobufWriter().text(1, name).real(2, value).integer(20, 1);
        }
    }

    @SuppressWarnings("ArrayRecordComponent")
    private record Wholes(String name, long[] values) implements Attribute {
        @Override
        public ProtobufWriter write() {
            ProtobufWriter attribute = new ProtobufWriter().text(1, name);
            for (long value : values) {
                attribute.integer(8, value);
            }
            return attribute.integer(20, 7);
        }
    }
}
