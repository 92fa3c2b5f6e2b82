package dev.penstock.engine.language;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.engine.InvalidRequestException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SamplerTest {
    private static Sampling with(UnaryOperator<Sampling.Builder> change) {
        return change.apply(new Sampling.Builder()).build();
    }

    private static Sampler sampler(Sampling sampling, int size, int... prompt) {
        return new Sampler(sampling, 42, prompt, new Sampler.Scratch(size));
    }

    @Test
    void greedyTakesTheLikeliest() {
        assertEquals(2, sampler(Sampling.greedy(), 4).next(new float[] {0, 1, 3, 2}));
    }

    @Test
    void nearTiesGoToTheLowestId() {
        assertEquals(1, sampler(Sampling.greedy(), 4).next(new float[] {0, 2.9995f, 3, 3}));
        assertEquals(2, sampler(Sampling.greedy(), 4).next(new float[] {0, 2.9985f, 3, 3}));
    }

    @Test
    void aModelGoneWrongIsAnError() {
        float[] nothing = {Float.NaN, Float.NaN};
        assertThrows(
                ArithmeticException.class, () -> sampler(Sampling.greedy(), 2).next(nothing));
    }

    /** Logits 2, 2, 2, -2 with token 0 in the prompt, and then token 1 twice and token 3 once in the completion. */
    @ParameterizedTest
    @CsvSource({
        "1,   0,   0,   2,    2,    -2",
        "2,   0,   0,   1,    1,    -4",
        "0.5, 0,   0,   4,    4,    -1",
        "1,   0.5, 0,   2,    1.5,  -2.5",
        "1,   0,   0.5, 2,    1,    -2.5",
        "1,   0.5, 0.5, 2,    0.5,  -3",
        "2,   0.5, 0.25, 1,   0,    -4.75",
        "1,   -1,  0,   2,    3,    -1"
    })
    void penalties(float repetition, float presence, float frequency, float inPrompt, float twice, float once) {
        Sampling sampling = with(builder -> builder.temperature(0)
                .repetitionPenalty(repetition)
                .presencePenalty(presence)
                .frequencyPenalty(frequency));
        Sampler sampler = sampler(sampling, 4, 0);
        sampler.next(new float[] {-99, 99, -99, -99});
        sampler.next(new float[] {-99, 99, -99, -99});
        sampler.next(new float[] {-99, -99, -99, 99});
        float[] logits = {2, 2, 2, -2};
        sampler.next(logits);
        assertArrayEquals(new float[] {inPrompt, twice, 2, once}, logits, 1e-6f);
    }

    @Test
    void biasIsAddedAndCanBan() {
        Sampling sampling = with(builder -> builder.temperature(0).logitBias(Map.of(0, -100f, 2, 1.5f)));
        float[] logits = {9, 1, 0};
        assertEquals(2, sampler(sampling, 3).next(logits));
        assertArrayEquals(new float[] {-91, 1, 1.5f}, logits);
    }

    @Test
    void theSameSeedDrawsTheSame() {
        float[] flat = new float[50];
        int[] first = draws(new Sampler(Sampling.plain(), 7, new int[0], new Sampler.Scratch(50)), flat, 20);
        int[] again = draws(new Sampler(Sampling.plain(), 7, new int[0], new Sampler.Scratch(50)), flat, 20);
        int[] other = draws(new Sampler(Sampling.plain(), 8, new int[0], new Sampler.Scratch(50)), flat, 20);
        assertArrayEquals(first, again);
        assertNotEquals(Arrays.toString(first), Arrays.toString(other));
    }

    private static int[] draws(Sampler sampler, float[] logits, int count) {
        return IntStream.range(0, count).map(i -> sampler.next(logits.clone())).toArray();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.5, 1, 2})
    void drawsFollowTheDistribution(double temperature) {
        float[] logits = {1, 0, -1, 2, 0.5f};
        Sampler sampler = sampler(with(builder -> builder.temperature(temperature)), 5);
        int count = 40_000;
        int[] seen = new int[5];
        for (int id : draws(sampler, logits, count)) {
            seen[id]++;
        }
        double total = IntStream.range(0, 5)
                .mapToDouble(i -> Math.exp(logits[i] / temperature))
                .sum();
        for (int i = 0; i < 5; i++) {
            double share = Math.exp(logits[i] / temperature) / total;
            double deviation = Math.sqrt(share * (1 - share) / count);
            assertEquals(share, seen[i] / (double) count, 5 * deviation, "token " + i);
        }
    }

    /** The candidates left are those that a plain implementation with a full sort leaves. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void truncationMatchesAFullSort(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int size = 5 + random.nextInt(300);
        float[] logits = new float[size];
        for (int i = 0; i < size; i++) {
            // Coarse, so that ties occur.
            logits[i] = Math.round(random.nextGaussian() * 8) / 4f;
        }
        double topP = 0.05 + 0.95 * random.nextDouble();
        int topK = random.nextInt(3) == 0 ? 0 : 1 + random.nextInt(size);
        double minP = random.nextInt(2) == 0 ? 0 : random.nextDouble() / 4;
        double temperature = 0.3 + random.nextDouble();
        Sampling sampling = with(builder ->
                builder.temperature(temperature).topP(topP).topK(topK).minP(minP));
        Set<Integer> allowed = reference(logits, (float) temperature, (float) topP, topK, (float) minP);
        Set<Integer> seen = new TreeSet<>();
        Sampler sampler = sampler(sampling, size);
        for (int id : draws(sampler, logits, 30 * size)) {
            seen.add(id);
        }
        String values = "seed " + seed + " topP " + topP + " topK " + topK + " minP " + minP;
        assertTrue(allowed.containsAll(seen), () -> values + ": " + seen + " beyond " + allowed);
        assertTrue(seen.size() > allowed.size() * 0.6, () -> values + ": " + seen + " of " + allowed);
    }

    private static Set<Integer> reference(float[] logits, float temperature, float topP, int topK, float minP) {
        List<Integer> order =
                new ArrayList<>(IntStream.range(0, logits.length).boxed().toList());
        order.sort(Comparator.comparingDouble((Integer id) -> -logits[id]).thenComparingInt(id -> id));
        float max = logits[order.getFirst()];
        order.removeIf(id -> Math.exp((logits[id] - max) / temperature) < minP);
        List<Integer> kept = topK > 0 && topK < order.size() ? order.subList(0, topK) : order;
        double total = kept.stream()
                .mapToDouble(id -> Math.exp((logits[id] - max) / temperature))
                .sum();
        Set<Integer> nucleus = new TreeSet<>();
        double mass = 0;
        for (int id : kept) {
            if (mass >= topP * total * (1 + 1e-6)) {
                break;
            }
            nucleus.add(id);
            mass += Math.exp((logits[id] - max) / temperature);
        }
        return nucleus;
    }

    @Test
    void selectsTheGreatest() {
        SplittableRandom random = new SplittableRandom(11);
        for (int round = 0; round < 200; round++) {
            long[] keys = random.longs(1 + random.nextInt(60)).map(Math::abs).toArray();
            long[] sorted = keys.clone();
            Arrays.sort(sorted);
            int k = 1 + random.nextInt(keys.length);
            assertEquals(sorted[keys.length - k], Sampler.greatest(keys.clone(), keys.length, k));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "temperature, 2.1",
        "temperature, NaN",
        "top_p, 0",
        "top_p, 1.01",
        "min_p, -0.1",
        "presence_penalty, 3",
        "frequency_penalty, -2.5",
        "repetition_penalty, 0",
        "repetition_penalty, 1e-38"
    })
    void valuesOutOfRangeAreNamed(String parameter, double value) {
        Sampling.Builder builder = new Sampling.Builder();
        switch (parameter) {
            case "temperature" -> builder.temperature(value);
            case "top_p" -> builder.topP(value);
            case "min_p" -> builder.minP(value);
            case "presence_penalty" -> builder.presencePenalty(value);
            case "frequency_penalty" -> builder.frequencyPenalty(value);
            default -> builder.repetitionPenalty(value);
        }
        InvalidRequestException error = assertThrows(InvalidRequestException.class, builder::build);
        assertEquals(parameter, error.parameter());
    }
}
