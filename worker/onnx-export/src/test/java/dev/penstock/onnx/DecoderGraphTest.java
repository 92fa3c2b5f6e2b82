package dev.penstock.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.penstock.onnx.LoadedDecoder.Step;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DecoderGraphTest {

    private static final long SEED = 7;
    private static final long[] LONG = {5, 17, 200, 33, 33, 9, 250, 61};
    private static final long[] SHORT = {101, 44, 7};

    @TempDir
    private Path directory;

    static Stream<DecoderShape> shapes() {
        return Stream.of(RandomModel.llama(), RandomModel.gpt());
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void wholePromptMatchesTheReference(DecoderShape shape) throws Exception {
        try (LoadedDecoder decoder = load(shape)) {
            Step step = decoder.step(
                    new long[][] {LONG}, new long[][] {ones(8)}, new long[][] {range(0, 8)}, decoder.emptyCache(1));
            assertLogits(reference(shape, LONG), 0, step.logits(), 0, shape);
        }
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void continuingFromTheCacheMatchesTheReference(DecoderShape shape) throws Exception {
        try (LoadedDecoder decoder = load(shape)) {
            Step first = decoder.step(
                    new long[][] {Arrays.copyOf(LONG, 3)},
                    new long[][] {ones(3)},
                    new long[][] {range(0, 3)},
                    decoder.emptyCache(1));
            Step middle = decoder.step(
                    new long[][] {Arrays.copyOfRange(LONG, 3, 7)},
                    new long[][] {ones(7)},
                    new long[][] {range(3, 7)},
                    first.cache());
            Step last =
                    decoder.step(new long[][] {{LONG[7]}}, new long[][] {ones(8)}, new long[][] {{7}}, middle.cache());
            double[][] expected = reference(shape, LONG);
            assertLogits(expected, 3, middle.logits(), 0, shape);
            assertLogits(expected, 7, last.logits(), 0, shape);
        }
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void paddingOnTheLeftChangesNothing(DecoderShape shape) throws Exception {
        try (LoadedDecoder decoder = load(shape)) {
            long[][] ids = {LONG, {0, 0, 0, 0, 0, SHORT[0], SHORT[1], SHORT[2]}};
            long[][] mask = {ones(8), {0, 0, 0, 0, 0, 1, 1, 1}};
            long[][] positions = {range(0, 8), {0, 0, 0, 0, 0, 0, 1, 2}};
            Step prompt = decoder.step(ids, mask, positions, decoder.emptyCache(2));
            int row = 8 * shape.vocabularySize();
            assertLogits(reference(shape, LONG), 0, Arrays.copyOf(prompt.logits(), row), 0, shape);
            assertLogits(reference(shape, SHORT), 0, Arrays.copyOfRange(prompt.logits(), row, 2 * row), 5, shape);

            long[][] nextMask = {ones(9), {0, 0, 0, 0, 0, 1, 1, 1, 1}};
            Step next = decoder.step(new long[][] {{70}, {71}}, nextMask, new long[][] {{8}, {3}}, prompt.cache());
            float[] padded = Arrays.copyOfRange(next.logits(), shape.vocabularySize(), 2 * shape.vocabularySize());
            assertLogits(reference(shape, 101, 44, 7, 71), 3, padded, 0, shape);
        }
    }

    @Test
    void equalSeedsWriteEqualFiles() throws Exception {
        Path one = RandomModel.write(directory.resolve("one"), RandomModel.llama(), SEED);
        Path two = RandomModel.write(directory.resolve("two"), RandomModel.llama(), SEED);
        for (String file : new String[] {"model.onnx", "tokenizer.json", "config.json"}) {
            assertEquals(-1, Files.mismatch(one.resolve(file), two.resolve(file)), file);
        }
    }

    @Test
    void weightsThatDoNotFitAreRefused() {
        DecoderWeights weights = RandomModel.weights(RandomModel.llama(), SEED);
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> DecoderGraph.write(RandomModel.gpt(), weights));
        assertEquals("embedding: 8704 values (expected: 10360)", refused.getMessage());
    }

    private LoadedDecoder load(DecoderShape shape) throws Exception {
        return new LoadedDecoder(RandomModel.write(directory, shape, SEED), shape);
    }

    private static double[][] reference(DecoderShape shape, long... ids) {
        return new ReferenceDecoder(shape, RandomModel.weights(shape, SEED)).logits(ids);
    }

    /** Compares {@code expected} from row {@code from} on with {@code actual} from row {@code actualFrom} on. */
    private static void assertLogits(
            double[][] expected, int from, float[] actual, int actualFrom, DecoderShape shape) {
        int vocabulary = shape.vocabularySize();
        for (int row = from; row < Math.min(expected.length, from + actual.length / vocabulary - actualFrom); row++) {
            int start = (row - from + actualFrom) * vocabulary;
            double[] seen = new double[vocabulary];
            for (int i = 0; i < vocabulary; i++) {
                seen[i] = actual[start + i];
            }
            assertArrayEquals(expected[row], seen, 1e-4, "row " + row);
        }
    }

    private static long[] ones(int count) {
        return LongStream.generate(() -> 1).limit(count).toArray();
    }

    private static long[] range(int from, int to) {
        return LongStream.range(from, to).toArray();
    }
}
