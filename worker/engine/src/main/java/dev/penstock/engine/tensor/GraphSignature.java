package dev.penstock.engine.tensor;

import dev.penstock.engine.ModelLoadException;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What an ONNX file says of itself: inputs, outputs, weights. Read from the file, since DJL tells neither element types
 * nor shapes.
 *
 * @param inputs inputs of the graph, without weights
 * @param outputs outputs of the graph
 * @param parameterCount trained weights; a weight that {@code MatMulNBits} packs counts once
 * @param weightType the type that most of them are stored in
 * @param tokenRows rows of the table that {@code input_ids} are looked up in; absent where the graph does not do so
 *     directly
 */
public record GraphSignature(
        List<TensorSignature> inputs,
        List<TensorSignature> outputs,
        long parameterCount,
        String weightType,
        OptionalLong tokenRows) {

    /**
     * An input or an output.
     *
     * @param name its name
     * @param elementType the element type, as ONNX spells it in lower case
     * @param shape its dimensions; -1 where they vary
     */
    public record TensorSignature(String name, String elementType, List<Long> shape) {}

    private static final Map<Integer, String> ELEMENT_TYPES = Map.ofEntries(
            Map.entry(1, "float32"),
            Map.entry(2, "uint8"),
            Map.entry(3, "int8"),
            Map.entry(6, "int32"),
            Map.entry(7, "int64"),
            Map.entry(9, "bool"),
            Map.entry(10, "float16"),
            Map.entry(11, "float64"),
            Map.entry(16, "bfloat16"),
            Map.entry(21, "uint4"),
            Map.entry(22, "int4"));
    private static final Set<String> WEIGHT_TYPES =
            Set.of("float32", "float64", "float16", "bfloat16", "int8", "uint8", "int4", "uint4");

    public GraphSignature {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    /** The input of this name, where there is one. */
    public Optional<TensorSignature> input(String name) {
        return inputs.stream().filter(input -> input.name().equals(name)).findFirst();
    }

    /** The output of this name, where there is one. */
    public Optional<TensorSignature> output(String name) {
        return outputs.stream().filter(output -> output.name().equals(name)).findFirst();
    }

    /**
     * Reads an ONNX file.
     *
     * @throws ModelLoadException where it is none
     */
    public static GraphSignature read(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer content = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
            ProtobufReader model = new ProtobufReader(content);
            while (model.next()) {
                if (model.field() == 7 && model.isBytes()) {
                    return new Parser().graph(model.message());
                }
                model.skip();
            }
        } catch (IOException e) {
            throw new ModelLoadException(file, "cannot be read: " + e.getMessage(), e);
        } catch (IllegalArgumentException | BufferUnderflowException e) {
            throw new ModelLoadException(file, "not an ONNX model: " + e.getMessage(), e);
        }
        throw new ModelLoadException(file, "not an ONNX model: no graph in it");
    }

    /**
     * A weight.
     *
     * @param size the number of its values
     * @param rows its first dimension; 1 where it has none
     */
    private record Weight(String name, String type, long size, long rows) {}

    /** Reads the fields of GraphProto and its parts by their numbers in onnx.proto. */
    private static final class Parser {
        private final List<TensorSignature> inputs = new ArrayList<>();
        private final List<TensorSignature> outputs = new ArrayList<>();
        private final List<Weight> weights = new ArrayList<>();
        private final Set<String> packed = new HashSet<>();
        /** Names of the weights that token ids are looked up in. */
        private final Set<String> tables = new HashSet<>();

        private long packedParameters;
        private String packedType = "";

        GraphSignature graph(ProtobufReader graph) {
            while (graph.next()) {
                switch (graph.field()) {
                    case 1 -> node(graph.message());
                    case 5 -> weights.add(weight(graph.message()));
                    case 11 -> inputs.add(tensor(graph.message()));
                    case 12 -> outputs.add(tensor(graph.message()));
                    default -> graph.skip();
                }
            }
            Map<String, Long> sizes = new HashMap<>();
            if (packedParameters > 0) {
                sizes.put(packedType, packedParameters);
            }
            Set<String> names = new HashSet<>();
            for (Weight weight : weights) {
                names.add(weight.name);
                if (WEIGHT_TYPES.contains(weight.type) && !packed.contains(weight.name)) {
                    sizes.merge(weight.type, weight.size, Long::sum);
                }
            }
            inputs.removeIf(input -> names.contains(input.name()));
            String type = sizes.entrySet().stream()
                    .max(Map.Entry.comparingByValue())
                    .map(Map.Entry::getKey)
                    .orElse("none");
            long count = sizes.values().stream().mapToLong(Long::longValue).sum();
            OptionalLong tokenRows = weights.stream()
                    .filter(weight -> tables.contains(weight.name))
                    .mapToLong(Weight::rows)
                    .min();
            return new GraphSignature(inputs, outputs, count, type, tokenRows);
        }

        private void node(ProtobufReader node) {
            List<String> operands = new ArrayList<>();
            Map<String, Long> attributes = new HashMap<>();
            String operator = "";
            while (node.next()) {
                switch (node.field()) {
                    case 1 -> operands.add(node.string());
                    case 4 -> operator = node.string();
                    case 5 -> attribute(node.message(), attributes);
                    default -> node.skip();
                }
            }
            if (operator.equals("Gather") && operands.indexOf("input_ids") == 1) {
                tables.add(operands.getFirst());
            }
            if (operator.equals("MatMulNBits") && packed.addAll(operands.subList(1, operands.size()))) {
                packedParameters += attributes.getOrDefault("K", 0L) * attributes.getOrDefault("N", 0L);
                packedType = "int" + attributes.getOrDefault("bits", 4L);
            }
        }

        private static void attribute(ProtobufReader attribute, Map<String, Long> into) {
            String name = "";
            long value = 0;
            while (attribute.next()) {
                switch (attribute.field()) {
                    case 1 -> name = attribute.string();
                    case 3 -> value = attribute.varint();
                    default -> attribute.skip();
                }
            }
            into.put(name, value);
        }

        private static Weight weight(ProtobufReader tensor) {
            String name = "";
            String type = "";
            List<Long> dimensions = new ArrayList<>();
            while (tensor.next()) {
                switch (tensor.field()) {
                    case 1 -> dimensions(tensor, dimensions);
                    case 2 -> type = elementType(tensor.varint());
                    case 8 -> name = tensor.string();
                    default -> tensor.skip();
                }
            }
            long size = dimensions.stream().reduce(1L, (a, b) -> a * b);
            return new Weight(name, type, size, dimensions.isEmpty() ? 1 : dimensions.getFirst());
        }

        private static void dimensions(ProtobufReader tensor, List<Long> into) {
            if (!tensor.isBytes()) {
                into.add(tensor.varint());
                return;
            }
            ByteBuffer values = tensor.bytes();
            ProtobufReader dimensions = new ProtobufReader(values);
            while (values.hasRemaining()) {
                into.add(dimensions.varint());
            }
        }

        private static TensorSignature tensor(ProtobufReader value) {
            String name = "";
            String type = "";
            List<Long> shape = List.of();
            while (value.next()) {
                if (value.field() == 1) {
                    name = value.string();
                } else if (value.field() == 2) {
                    ProtobufReader kinds = value.message();
                    while (kinds.next()) {
                        if (kinds.field() != 1) {
                            kinds.skip();
                            continue;
                        }
                        ProtobufReader tensor = kinds.message();
                        while (tensor.next()) {
                            switch (tensor.field()) {
                                case 1 -> type = elementType(tensor.varint());
                                case 2 -> shape = shape(tensor.message());
                                default -> tensor.skip();
                            }
                        }
                    }
                } else {
                    value.skip();
                }
            }
            return new TensorSignature(name, type, shape);
        }

        private static List<Long> shape(ProtobufReader shape) {
            List<Long> dimensions = new ArrayList<>();
            while (shape.next()) {
                if (shape.field() != 1) {
                    shape.skip();
                    continue;
                }
                long size = -1;
                ProtobufReader dimension = shape.message();
                while (dimension.next()) {
                    if (dimension.field() == 1) {
                        size = dimension.varint();
                    } else {
                        dimension.skip();
                    }
                }
                dimensions.add(size);
            }
            return List.copyOf(dimensions);
        }

        private static String elementType(long number) {
            return ELEMENT_TYPES.getOrDefault((int) number, "type" + number);
        }
    }
}
