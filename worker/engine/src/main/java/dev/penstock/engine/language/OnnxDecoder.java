package dev.penstock.engine.language;

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
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A decoder in ONNX: {@code input_ids}, {@code attention_mask}, {@code position_ids} and {@code past_key_values.*} in,
 * {@code logits} and {@code present.*} out. Outputs go back in as the next step's past without being copied.
 */
final class OnnxDecoder implements Decoder {
    private static final String PAST = "past_key_values.";
    private static final String PRESENT = "present.";
    private static final String LOGITS = "logits";
    private static final String IDS = "input_ids";
    private static final String MASK = "attention_mask";
    private static final String POSITIONS = "position_ids";
    private static final Set<String> KNOWN = Set.of(IDS, MASK, POSITIONS);

    private final OnnxSession session;
    private final List<Slot> slots;
    private final boolean hasMask;
    private final boolean hasPositions;
    private final int vocabularySize;
    private final DataType cacheType;

    /** One tensor of the cache: a layer's keys or values. */
    private record Slot(String past, String present, long heads, long headSize) {}

    /**
     * Loads a decoder.
     *
     * @throws ModelLoadException where the file is not one
     */
    static OnnxDecoder load(Path file, RuntimeOptions options) {
        OnnxSession session = OnnxSession.load(file, options);
        try {
            return new OnnxDecoder(session, file);
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }

    private OnnxDecoder(OnnxSession session, Path file) {
        this.session = session;
        GraphSignature signature = session.signature();
        this.hasMask = signature.input(MASK).isPresent();
        this.hasPositions = signature.input(POSITIONS).isPresent();
        this.slots = slots(signature, file);
        for (TensorSignature input : signature.inputs()) {
            if (!KNOWN.contains(input.name()) && !input.name().startsWith(PAST)) {
                throw new ModelLoadException(
                        file,
                        "input " + input.name() + " is not known (expected: " + IDS + ", " + MASK + ", " + POSITIONS
                                + ", " + PAST + "*)");
            }
        }
        TensorSignature ids = require(signature.input(IDS), IDS, file);
        if (!ids.elementType().equals("int64")) {
            throw new ModelLoadException(file, IDS + ": " + ids.elementType() + " (expected: int64)");
        }
        TensorSignature logits = require(signature.output(LOGITS), LOGITS, file);
        long size = logits.shape().isEmpty() ? -1 : logits.shape().getLast();
        if (logits.shape().size() != 3 || size < 1) {
            throw new ModelLoadException(
                    file,
                    LOGITS + ": shape " + logits.shape() + " (expected: batch, sequence, a fixed vocabulary size)");
        }
        this.vocabularySize = Math.toIntExact(size);
        this.cacheType = OnnxSession.dataType(
                signature.input(slots.getFirst().past).orElseThrow().elementType());
    }

    private static TensorSignature require(Optional<TensorSignature> tensor, String name, Path file) {
        return tensor.orElseThrow(() -> new ModelLoadException(file, name + " is missing from the graph"));
    }

    private static List<Slot> slots(GraphSignature signature, Path file) {
        List<Slot> slots = new ArrayList<>();
        for (TensorSignature input : signature.inputs()) {
            if (!input.name().startsWith(PAST)) {
                continue;
            }
            String present = PRESENT + input.name().substring(PAST.length());
            require(signature.output(present), present, file);
            List<Long> shape = input.shape();
            if (shape.size() != 4 || shape.get(1) < 1 || shape.get(3) < 1) {
                throw new ModelLoadException(
                        file, input.name() + ": shape " + shape + " (expected: batch, heads, length, head size)");
            }
            slots.add(new Slot(input.name(), present, shape.get(1), shape.get(3)));
        }
        if (slots.isEmpty()) {
            throw new ModelLoadException(
                    file, "no inputs " + PAST + "* (expected: a decoder exported with its key-value cache)");
        }
        return List.copyOf(slots);
    }

    GraphSignature signature() {
        return session.signature();
    }

    @Override
    public int vocabularySize() {
        return vocabularySize;
    }

    /** Padding needs a mask, and positions that do not count it. */
    @Override
    public boolean batches() {
        return hasMask && hasPositions;
    }

    @Override
    public Step run(int[] tokens, int rows, int[] padding, Optional<Cache> past) {
        NDManager manager = session.newManager();
        try (Arena arena = Arena.ofConfined()) {
            NDList inputs = inputs(manager, arena, tokens, rows, padding, past);
            NDList outputs = session.run(inputs);
            NDArray logits = OnnxSession.named(outputs, LOGITS);
            int length = past.map(Cache::length).orElse(0) + tokens.length / rows;
            // The run's inputs lie in the arena's memory, or in the past: neither outlives the run.
            inputs.close();
            List<NDArray> arrays = slots.stream()
                    .map(slot -> OnnxSession.named(outputs, slot.present))
                    .toList();
            return new Step(
                    logits(logits, tokens.length / rows),
                    new ArrayCache(manager, arrays, rows, length, Optional.empty()));
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        } finally {
            past.ifPresent(Cache::close);
        }
    }

    private NDList inputs(NDManager manager, Arena arena, int[] tokens, int rows, int[] padding, Optional<Cache> past) {
        int columns = tokens.length / rows;
        int before = past.map(Cache::length).orElse(0);
        int total = before + columns;
        NDList inputs = new NDList(3 + slots.size());
        LongBuffer ids = longs(arena, rows * columns);
        for (int token : tokens) {
            ids.put(token);
        }
        inputs.add(named(manager.create(ids.flip(), new Shape(rows, columns), DataType.INT64), IDS));
        if (hasMask) {
            LongBuffer mask = longs(arena, rows * total);
            for (int row = 0; row < rows; row++) {
                for (int column = 0; column < total; column++) {
                    mask.put(column < padding[row] ? 0 : 1);
                }
            }
            inputs.add(named(manager.create(mask.flip(), new Shape(rows, total), DataType.INT64), MASK));
        }
        if (hasPositions) {
            LongBuffer positions = longs(arena, rows * columns);
            for (int row = 0; row < rows; row++) {
                for (int column = 0; column < columns; column++) {
                    positions.put(before - padding[row] + column);
                }
            }
            inputs.add(named(manager.create(positions.flip(), new Shape(rows, columns), DataType.INT64), POSITIONS));
        }
        for (int i = 0; i < slots.size(); i++) {
            Slot slot = slots.get(i);
            NDArray array = past.isPresent()
                    ? ((ArrayCache) past.get()).arrays.get(i)
                    : manager.create(
                            ByteBuffer.allocateDirect(0), new Shape(rows, slot.heads, 0, slot.headSize), cacheType);
            inputs.add(named(array, slot.past));
        }
        return inputs;
    }

    private static NDArray named(NDArray array, String name) {
        array.setName(name);
        return array;
    }

    private static LongBuffer longs(Arena arena, int size) {
        return arena.allocate(Long.BYTES * (long) size, Long.BYTES)
                .asByteBuffer()
                .order(ByteOrder.nativeOrder())
                .asLongBuffer();
    }

    private Logits logits(NDArray array, int columns) {
        ByteBuffer bytes = array.toByteBuffer();
        if (array.getDataType() == DataType.FLOAT16) {
            ShortBuffer halves = bytes.asShortBuffer();
            return (row, column, into) -> {
                int at = (row * columns + column) * vocabularySize;
                for (int i = 0; i < vocabularySize; i++) {
                    into[i] = Float.float16ToFloat(halves.get(at + i));
                }
            };
        }
        FloatBuffer floats = bytes.asFloatBuffer();
        return (row, column, into) -> floats.get((row * columns + column) * vocabularySize, into, 0, vocabularySize);
    }

    @Override
    public Cache gather(List<Row> rows) {
        int length = rows.stream().mapToInt(Row::tokens).max().orElse(0);
        NDManager manager = session.newManager();
        Arena arena = Arena.ofConfined();
        try {
            List<NDArray> arrays = new ArrayList<>(slots.size());
            for (int i = 0; i < slots.size(); i++) {
                Slot slot = slots.get(i);
                long place = slot.headSize * cacheType.getNumOfBytes();
                MemorySegment target = arena.allocate(rows.size() * slot.heads * length * place, Long.BYTES);
                copy(rows, i, slot.heads, place, length, target);
                Shape shape = new Shape(rows.size(), slot.heads, length, slot.headSize);
                arrays.add(manager.create(target.asByteBuffer().order(ByteOrder.nativeOrder()), shape, cacheType));
            }
            return new ArrayCache(manager, arrays, rows.size(), length, Optional.of(arena));
        } catch (RuntimeException e) {
            manager.close();
            arena.close();
            throw e;
        }
    }

    /** Copies one tensor's rows: a run of {@code tokens} places for each head, to the end of the target's places. */
    private static void copy(List<Row> rows, int slot, long heads, long place, int length, MemorySegment target) {
        ArrayCache read = null;
        MemorySegment source = MemorySegment.NULL;
        for (int to = 0; to < rows.size(); to++) {
            Row row = rows.get(to);
            if (row.cache() != read) {
                read = (ArrayCache) row.cache();
                source = MemorySegment.ofBuffer(read.arrays.get(slot).toByteBuffer());
            }
            long bytes = row.tokens() * place;
            for (long head = 0; head < heads; head++) {
                long from = ((row.row() * heads + head) * read.length + read.length - row.tokens()) * place;
                long into = ((to * heads + head) * length + length - row.tokens()) * place;
                MemorySegment.copy(source, from, target, into, bytes);
            }
        }
    }

    @Override
    public void close() {
        session.close();
    }

    private static final class ArrayCache implements Cache {
        private final NDManager manager;
        private final List<NDArray> arrays;
        private final int rows;
        private final int length;
        private final Optional<Arena> arena;
        private boolean closed;

        ArrayCache(NDManager manager, List<NDArray> arrays, int rows, int length, Optional<Arena> arena) {
            this.manager = manager;
            this.arrays = arrays;
            this.rows = rows;
            this.length = length;
            this.arena = arena;
        }

        @Override
        public int rows() {
            return rows;
        }

        @Override
        public int length() {
            return length;
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                manager.close();
                arena.ifPresent(Arena::close);
            }
        }
    }
}
