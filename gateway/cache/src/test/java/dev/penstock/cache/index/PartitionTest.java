package dev.penstock.cache.index;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PartitionTest {
    private static final int DIMENSIONS = 384;

    private static float[] vector(SplittableRandom random) {
        return vector(DIMENSIONS, random);
    }

    private static float[] vector(int dimensions, SplittableRandom random) {
        float[] vector = new float[dimensions];
        for (int i = 0; i < dimensions; i++) {
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

    /** Words of signs lie in planes, and components in words: of any number of dimensions. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 64, 65, 383, 385, 700, 768, 1_024, 1_536})
    void anyNumberOfDimensionsWillDo(int dimensions) {
        SplittableRandom random = new SplittableRandom(dimensions);
        Partition<Integer> partition = new Partition<>(dimensions);
        List<float[]> vectors = new ArrayList<>();
        for (int i = 0; i < 700; i++) {
            vectors.add(vector(dimensions, random));
            Embedding embedding = Embedding.of(vectors.get(i));
            assertArrayEquals(
                    embedding.components(),
                    Embedding.ofComponents(embedding.components()).components());
            partition.put(i, embedding);
        }
        for (int i = 0; i < 700; i++) {
            Embedding asked = Embedding.of(vectors.get(i));
            float[] other = vectors.get((i + 1) % 700);
            assertEquals(exact(vectors.get(i), other), asked.cosine(Embedding.of(other)), 0.01);
            List<Partition.Neighbour<Integer>> found = partition.nearest(asked, 2);
            assertEquals(1, found.getFirst().cosine(), 1e-5);
            if (dimensions >= 64) {
                assertEquals(i, found.getFirst().item());
            }
        }
    }

    /** Of many that are one as near as the other by their signs, which is nearest is still found where it is nearer. */
    @Test
    void manyOfTheSameSignsHideNobody() {
        SplittableRandom random = new SplittableRandom(35);
        Partition<Integer> partition = new Partition<>(DIMENSIONS);
        float[] same = vector(random);
        for (int i = 0; i < 5_000; i++) {
            partition.put(i, Embedding.of(same));
        }
        float[] asked = near(same, 0.9, random);
        partition.put(5_000, Embedding.of(near(asked, 0.99, random)));
        for (int i = 5_001; i < 10_000; i++) {
            partition.put(i, Embedding.of(same));
        }
        List<Partition.Neighbour<Integer>> found = partition.nearest(Embedding.of(asked), 3);
        assertEquals(5_000, found.getFirst().item());
        assertEquals(0.9, found.get(1).cosine(), 0.02);
        assertEquals(3, found.size());
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

    /** What is found beside changes is what there is, at its true cosine. */
    @Test
    void lookupsBesideChangesTellTheTruth() throws Exception {
        SplittableRandom random = new SplittableRandom(36);
        Partition<Integer> partition = new Partition<>(DIMENSIONS);
        List<Embedding> embeddings = new ArrayList<>();
        for (int i = 0; i < 40_000; i++) {
            embeddings.add(Embedding.of(vector(random)));
            partition.put(i, embeddings.get(i));
        }
        AtomicBoolean done = new AtomicBoolean();
        Thread changing = Thread.ofPlatform().start(() -> {
            SplittableRandom own = new SplittableRandom(37);
            while (!done.get()) {
                // All but the first hundred come and go.
                int item = 100 + own.nextInt(39_900);
                if (!partition.remove(item)) {
                    partition.put(item, embeddings.get(item));
                }
            }
        });
        try {
            for (int i = 0; i < 1_000; i++) {
                int item = i % 200;
                List<Partition.Neighbour<Integer>> found = partition.nearest(embeddings.get(item), 4);
                assertEquals(4, found.size());
                if (item < 100) {
                    assertEquals(item, found.getFirst().item());
                }
                for (Partition.Neighbour<Integer> each : found) {
                    assertEquals(
                            embeddings.get(each.item()).cosine(embeddings.get(item)), each.cosine(), 1e-9, "seed 36");
                }
            }
        } finally {
            done.set(true);
            changing.join();
        }
    }
}
