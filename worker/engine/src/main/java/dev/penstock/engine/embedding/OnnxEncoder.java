package dev.penstock.engine.embedding;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.penstock.engine.ModelLoadException;
import dev.penstock.engine.RuntimeOptions;
import dev.penstock.engine.tensor.GraphSignature;
import dev.penstock.engine.tensor.GraphSignature.TensorSignature;
import dev.penstock.engine.tensor.OnnxSession;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** An encoder in ONNX: token ids in, a vector for each token or for each text out. For one thread only. */
final class OnnxEncoder implements Encoder {
    private static final Set<String> INPUTS = Set.of("input_ids", "attention_mask", "token_type_ids", "position_ids");
    /** The output of graphs that do all of it, pooling included. */
    static final String SENTENCE = "sentence_embedding";

    private static final List<String> OUTPUTS = List.of(SENTENCE, "last_hidden_state", "token_embeddings");

    private final OnnxSession session;
    private final Pooling pooling;
    private final TensorSignature output;
    private final int dimensions;

    /**
     * Loads an encoder.
     *
     * @throws ModelLoadException where the file is not one
     */
    static OnnxEncoder load(Path file, RuntimeOptions options, Pooling pooling, int hiddenSize) {
        OnnxSession session = OnnxSession.load(file, options);
        try {
            return new OnnxEncoder(session, pooling, hiddenSize, file);
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }

    private OnnxEncoder(OnnxSession session, Pooling pooling, int hiddenSize, Path file) {
        this.session = session;
        this.pooling = pooling;
        for (TensorSignature input : session.signature().inputs()) {
            if (!INPUTS.contains(input.name()) || !input.elementType().equals("int64")) {
                throw new ModelLoadException(
                        file,
                        "input " + input.name() + " of " + input.elementType() + " (expected: " + INPUTS
                                + " of int64)");
            }
        }
        this.output = Stream.concat(
                        OUTPUTS.stream().flatMap(name -> session.signature().output(name).stream()),
                        session.signature().outputs().stream())
                .findFirst()
                .orElseThrow(() -> new ModelLoadException(file, "no output"));
        long last = output.shape().isEmpty() ? -1 : output.shape().getLast();
        this.dimensions = last > 0 ? Math.toIntExact(last) : hiddenSize;
        if (dimensions < 1 || !output.elementType().equals("float32")) {
            throw new ModelLoadException(
                    file,
                    output.name() + ": " + output.elementType() + " of shape " + output.shape()
                            + " (expected: float32 vectors of a known size)");
        }
    }

    GraphSignature signature() {
        return session.signature();
    }

    int dimensions() {
        return dimensions;
    }

    @Override
    public List<float[]> run(List<int[]> batch) {
        int longest = batch.stream().mapToInt(ids -> ids.length).max().orElseThrow();
        try (NDManager manager = session.newManager()) {
            NDList inputs = new NDList();
            for (TensorSignature input : session.signature().inputs()) {
                NDArray array = manager.create(
                        values(input.name(), batch, longest), new Shape(batch.size(), longest), DataType.INT64);
                array.setName(input.name());
                inputs.add(array);
            }
            NDArray hidden = OnnxSession.named(session.run(inputs), output.name());
            FloatBuffer floats = hidden.toByteBuffer().asFloatBuffer();
            boolean pooled = hidden.getShape().dimension() == 2;
            List<float[]> vectors = new ArrayList<>(batch.size());
            for (int row = 0; row < batch.size(); row++) {
                int length = batch.get(row).length;
                vectors.add(
                        pooled
                                ? Pooling.CLS.pool(floats, row * dimensions, 1, dimensions)
                                : pooling.pool(floats, row * longest * dimensions, length, dimensions));
            }
            return vectors;
        }
    }

    private static LongBuffer values(String input, List<int[]> batch, int longest) {
        LongBuffer values = LongBuffer.allocate(batch.size() * longest);
        for (int[] ids : batch) {
            for (int i = 0; i < longest; i++) {
                boolean holds = i < ids.length;
                values.put(
                        switch (input) {
                            case "input_ids" -> holds ? ids[i] : 0;
                            case "attention_mask" -> holds ? 1 : 0;
                            case "position_ids" -> i;
                            default -> 0;
                        });
            }
        }
        return values.flip();
    }

    @Override
    public void close() {
        session.close();
    }

    /** Scales to length 1: {@code v / max(|v|, 1e-12)}. */
    static void normalize(float[] vector) {
        double square = 0;
        for (float value : vector) {
            square += (double) value * value;
        }
        double length = Math.max(Math.sqrt(square), 1e-12);
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) (vector[i] / length);
        }
    }

    /** What a tokenizer puts after a text: the tokens with special ones that follow those without. */
    static Optional<int[]> suffix(int[] with, int[] without) {
        for (int at = 0; at + without.length <= with.length; at++) {
            int length = without.length;
            if (Arrays.equals(with, at, at + length, without, 0, length)) {
                return Optional.of(Arrays.copyOfRange(with, at + length, with.length));
            }
        }
        return Optional.empty();
    }
}
