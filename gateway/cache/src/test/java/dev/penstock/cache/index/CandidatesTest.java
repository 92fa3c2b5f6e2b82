package dev.penstock.cache.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class CandidatesTest {
    private static final int SIGNS = 384;

    /** What is offered, in which order. */
    enum Order {
        RANDOM,
        FEW_VALUES,
        FALLING,
        RISING,
        FALLING_IN_TIES,
        EQUAL;

        IntUnaryOperator differences(SplittableRandom random) {
            return switch (this) {
                case RANDOM -> i -> random.nextInt(SIGNS + 1);
                case FEW_VALUES -> i -> 100 + 7 * random.nextInt(4);
                case FALLING -> i -> Math.max(0, SIGNS - i / 13);
                case RISING -> i -> Math.min(SIGNS, i / 13);
                case FALLING_IN_TIES -> i -> Math.max(0, SIGNS - i / 1_000);
                case EQUAL -> i -> SIGNS;
            };
        }
    }

    /** Beside a sort. */
    @ParameterizedTest
    @EnumSource
    void theyAreThoseThatDifferLeast(Order order) {
        for (int seed = 0; seed < 60; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int size = seed < 10 ? seed * 20 : 1 + random.nextInt(12_000);
            int[] differences = new int[size];
            Arrays.setAll(differences, order.differences(random));
            int[] sorted = differences.clone();
            Arrays.sort(sorted);
            int furthest = size <= Candidates.WANTED ? SIGNS : sorted[Candidates.WANTED - 1];

            List<Integer> found = found(differences);
            String said = order + ", seed " + seed + ", of " + size;
            assertEquals(found.size(), new TreeSet<>(found).size(), said);
            assertTrue(found.stream().allMatch(slot -> differences[slot] <= furthest), said);
            long nearer = Arrays.stream(differences).filter(d -> d < furthest).count();
            assertEquals(
                    nearer,
                    found.stream().filter(slot -> differences[slot] < furthest).count(),
                    said);
            long equal = Arrays.stream(differences).filter(d -> d == furthest).count();
            long taken = found.size() - nearer;
            assertTrue(
                    taken == equal || taken >= Candidates.MOST - Candidates.WANTED,
                    said + ": " + taken + " of " + equal);
            assertTrue(found.size() <= Candidates.MOST + Candidates.WANTED, said);
        }
    }

    private static List<Integer> found(int[] differences) {
        Candidates candidates = new Candidates(SIGNS);
        int bound = candidates.bound();
        for (int slot = 0; slot < differences.length; slot++) {
            if (differences[slot] < bound) {
                bound = candidates.offer(slot, differences[slot]);
            }
        }
        return candidates.slots().boxed().toList();
    }
}
