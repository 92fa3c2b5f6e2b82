package dev.penstock.cache.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PartitionTest {
    private static final int DIMENSIONS = 384;

    private static float[] vector(SplittableRandom random) {
        float[] vector = new float[DIMENSIONS];
        for (int i = 0; i < DIMENSIONS; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return vector;
    }

    /** One at about that cosine from another. */
    private static float[] near(float[] of, double cosine, SplittableRandom random) {
        float[] other = vector(random);
        double apart = Math.sqrt(1 - cosine * cosine);
        double length = length(of);
        double otherLength = length(other);
        float[] near = new float[DIMENSIONS];
        for (int i = 0; i < DIMENSIONS; i++) {
            near[i] = (float) (cosine * of[i] / length + apart * other[i] / otherLength);
        }
        return near;
    }

    private static double length(float[] vector) {
        double squares = 0;
        for (float each : vector) {
            squares += (double) each * each;
        }
        return Math.sqrt(squares);
    }

    private static double exact(float[] one, float[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += (double) one[i] * other[i];
        }
        return sum / length(one) / length(other);
    }

    @Test
    void aByteADimensionIsEnoughForACosine() {
        SplittableRandom random = new SplittableRandom(31);
        for (int i = 0; i < 2_000; i++) {
            float[] one = vector(random);
            float[] other = near(one, random.nextDouble(), random);
            assertEquals(exact(one, other), Embedding.of(one).cosine(Embedding.of(other)), 0.01);
        }
    }

    @Test
    void whatIsNoDirectionIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> Embedding.of(new float[] {}));
        assertThrows(IllegalArgumentException.class, () -> Embedding.of(new float[] {0, 0}));
        assertThrows(IllegalArgumentException.class, () -> Embedding.of(new float[] {1, Float.NaN}));
        Partition<String> partition = new Partition<>(2);
        assertThrows(IllegalArgumentException.class, () -> partition.put("a", Embedding.of(new float[] {1})));
        assertThrows(IllegalArgumentException.class, () -> partition.nearest(Embedding.of(new float[] {1}), 1));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 512, 513, 20_000})
    void theNearestOfManyIsFound(int size) {
        SplittableRandom random = new SplittableRandom(32);
        Partition<Integer> partition = new Partition<>(DIMENSIONS);
        List<float[]> vectors = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            vectors.add(vector(random));
            partition.put(i, Embedding.of(vectors.get(i)));
        }
        for (int i = 0; i < 200; i++) {
            int target = random.nextInt(size);
            float[] asked = near(vectors.get(target), 0.6 + random.nextDouble() * 0.4, random);
            assertEquals(
                    target, partition.nearest(Embedding.of(asked), 1).getFirst().item());
        }
        assertEquals(size, partition.size());
    }

    @Test
    void whatIsTakenOutIsNotFoundAndNothingElseIsLost() {
        SplittableRandom random = new SplittableRandom(33);
        Partition<Integer> partition = new Partition<>(DIMENSIONS);
        Map<Integer, Embedding> model = new HashMap<>();
        for (int step = 0; step < 5_000; step++) {
            int item = random.nextInt(700);
            if (random.nextInt(3) == 0) {
                assertEquals(model.remove(item) != null, partition.remove(item));
            } else {
                Embedding embedding = Embedding.of(vector(random));
                model.put(item, embedding);
                partition.put(item, embedding);
            }
        }
        assertEquals(model.size(), partition.size());
        model.forEach((item, embedding) -> {
            Partition.Neighbour<Integer> found = partition.nearest(embedding, 1).getFirst();
            assertEquals(item, found.item());
            assertEquals(1, found.cosine(), 1e-5);
        });
        assertTrue(partition.bytes() > model.size() * 400L && partition.bytes() < model.size() * 700L);
    }

    @Test
    void theNearestComeFirst() {
        SplittableRandom random = new SplittableRandom(34);
        Partition<Integer> partition = new Partition<>(DIMENSIONS);
        float[] asked = vector(random);
        for (int i = 0; i < 50; i++) {
            partition.put(i, Embedding.of(near(asked, i / 50.0, random)));
        }
        List<Integer> found = partition.nearest(Embedding.of(asked), 5).stream()
                .map(Partition.Neighbour::item)
                .toList();
        assertEquals(List.of(49, 48, 47, 46, 45), found);
        assertEquals(List.of(), new Partition<Integer>(DIMENSIONS).nearest(Embedding.of(asked), 5));
    }
}
