package dev.penstock.engine.embedding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.engine.embedding.EmbeddingJob.Item;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class BatchFormerTest {
    /** Negative lengths stand for texts that must be alone. */
    private static List<Item> waiting(int... lengths) {
        EmbeddingJob job = new EmbeddingJob(lengths.length, 1);
        return IntStream.range(0, lengths.length)
                .mapToObj(i -> new Item(job, i, new int[Math.abs(lengths[i])], false, lengths[i] < 0))
                .toList();
    }

    private static List<Integer> lengths(BatchFormer former, int... lengths) {
        return former.next(waiting(lengths)).stream()
                .map(item -> item.ids().length)
                .sorted()
                .toList();
    }

    @Test
    void theOldestGoesWithThoseNearestInLength() {
        assertEquals(List.of(9, 10, 11), lengths(new BatchFormer(3, 1000), 10, 30, 11, 9, 2));
    }

    @Test
    void batchesAreBoundedInTokensWithPadding() {
        assertEquals(List.of(10, 10), lengths(new BatchFormer(8, 25), 10, 10, 10));
    }

    @Test
    void veryUnevenLengthsStayApart() {
        assertEquals(List.of(3, 4), lengths(new BatchFormer(8, 1000), 4, 200, 3));
    }

    @Test
    void textsThatMustBeAloneAre() {
        assertEquals(List.of(5), lengths(new BatchFormer(8, 1000), -5, 5, 5));
        assertEquals(List.of(5, 5), lengths(new BatchFormer(8, 1000), 5, -5, 5));
    }

    @Test
    void poolingIsOverTokensAndNotOverPadding() {
        FloatBuffer hidden = FloatBuffer.wrap(new float[] {9, 9, 1, 2, 3, 6, 9, 9});
        assertArrayEquals(new float[] {2, 4}, Pooling.MEAN.pool(hidden, 2, 2, 2));
        assertArrayEquals(new float[] {1, 2}, Pooling.CLS.pool(hidden, 2, 2, 2));
        assertArrayEquals(new float[] {3, 6}, Pooling.LAST.pool(hidden, 2, 2, 2));
    }

    @Test
    void closingTokensAreFoundAfterTheText() {
        int[] suffix =
                OnnxEncoder.suffix(new int[] {101, 7, 102}, new int[] {7}).orElseThrow();
        assertArrayEquals(new int[] {102}, suffix);
    }
}
