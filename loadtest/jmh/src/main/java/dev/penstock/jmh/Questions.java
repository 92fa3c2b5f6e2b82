package dev.penstock.jmh;

import dev.penstock.cache.index.Embedding;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Vectors in place of questions, from a seed: every second one is near that before it, at a cosine of 0.9. */
public final class Questions {
    /** As many as all-MiniLM-L6-v2 has. */
    public static final int DIMENSIONS = 384;

    private static final long SEED = 20261128;
    private static final int ASKED = 64;
    private static final float COSINE = 0.9f;

    private Questions() {}

    /** So many. */
    public static List<Embedding> embeddings(int entries) {
        SplittableRandom random = new SplittableRandom(SEED);
        List<Embedding> embeddings = new ArrayList<>(entries);
        for (int i = 0; i < entries; i += 2) {
            float[] one = vector(random);
            embeddings.add(Embedding.of(one));
            embeddings.add(Embedding.of(near(one, random)));
        }
        return embeddings;
    }

    /** What is looked up among those: half of it is near one of them, the other half near none. */
    public static List<Embedding> asked(List<Embedding> among) {
        SplittableRandom random = new SplittableRandom(SEED + 1);
        List<Embedding> asked = new ArrayList<>(ASKED);
        for (int i = 0; i < ASKED; i += 2) {
            byte[] components = among.get(random.nextInt(among.size())).components();
            float[] there = new float[DIMENSIONS];
            for (int d = 0; d < DIMENSIONS; d++) {
                there[d] = components[d] / (float) Byte.MAX_VALUE;
            }
            asked.add(Embedding.of(near(there, random)));
            asked.add(Embedding.of(vector(random)));
        }
        return asked;
    }

    /** Of components from -1 to 1: in so many dimensions as good as any. */
    private static float[] vector(SplittableRandom random) {
        float[] vector = new float[DIMENSIONS];
        for (int d = 0; d < DIMENSIONS; d++) {
            vector[d] = (float) (2 * random.nextDouble() - 1);
        }
        return vector;
    }

    private static float[] near(float[] to, SplittableRandom random) {
        float[] near = vector(random);
        float apart = (float) Math.sqrt(1 - COSINE * COSINE);
        for (int d = 0; d < DIMENSIONS; d++) {
            near[d] = COSINE * to[d] + apart * near[d];
        }
        return near;
    }

    /** As long as the names that answers have. */
    public static String name(int number) {
        return "0123456789abcdef0123456789abcdef-" + number;
    }

    /** What is in use after a collection. */
    public static long heapBytes() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
