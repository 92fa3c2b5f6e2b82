package dev.penstock.routing.prefix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.routing.Affinity;
import dev.penstock.routing.ModelId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PrefixIndexTest {
    private static final ModelId MODEL = new ModelId("m");
    private static final Duration EXPIRY = Duration.ofSeconds(160);
    private static final long SECOND = 1_000_000_000L;

    private static PrefixIndex index(int entries, int blocksPerWorker) {
        return new PrefixIndex(entries, blocksPerWorker, EXPIRY, 0);
    }

    /** A prompt of so many blocks: the first of them shared by all of that family. */
    private static Affinity prompt(long family, int shared, long member, int blocks) {
        long[] hashes = new long[blocks];
        long chain = 1;
        for (int i = 0; i < blocks; i++) {
            chain = PrefixHashes.mix(chain ^ (i < shared ? family : member), 0xE7037ED1A0B428DBL) + i;
            hashes[i] = chain;
        }
        return new Affinity(0, hashes, 64);
    }

    private static Map<Integer, Integer> ask(PrefixIndex index, ModelId model, Affinity prompt, int room) {
        int[] slots = new int[room];
        int[] blocks = new int[room];
        int found = index.cachedBlocks(model, prompt, slots, blocks);
        Map<Integer, Integer> answer = new HashMap<>();
        for (int i = 0; i < found; i++) {
            assertEquals(null, answer.put(slots[i], blocks[i]), "a slot twice");
        }
        return answer;
    }

    private static Map<Integer, Integer> ask(PrefixIndex index, Affinity prompt) {
        return ask(index, MODEL, prompt, 16);
    }

    @Test
    void whoWasSentItHasIt() {
        PrefixIndex index = index(1 << 12, 256);
        assertEquals(Map.of(), ask(index, prompt(1, 4, 1, 10)));
        index.sent(3, MODEL, prompt(1, 4, 1, 10));
        index.sent(5, MODEL, prompt(1, 4, 2, 7));
        assertEquals(Map.of(3, 10, 5, 4), ask(index, prompt(1, 4, 1, 12)));
        assertEquals(10, index.blocksAt(3, MODEL, prompt(1, 4, 1, 12)));
        assertEquals(4, index.blocksAt(5, MODEL, prompt(1, 4, 1, 12)));
        assertEquals(0, index.blocksAt(4, MODEL, prompt(1, 4, 1, 12)));
        assertEquals(Map.of(3, 4, 5, 7), ask(index, prompt(1, 4, 2, 8)));
        assertEquals(Map.of(3, 2, 5, 2), ask(index, prompt(1, 4, 9, 2)));
        assertEquals(Map.of(), ask(index, prompt(2, 4, 1, 10)));
        assertEquals(Map.of(), ask(index, new ModelId("n"), prompt(1, 4, 1, 10), 16));
        assertEquals(Map.of(), ask(index, Affinity.NONE));
    }

    @Test
    void thoseWithTheMostAreTold() {
        PrefixIndex index = index(1 << 14, 512);
        for (int slot = 0; slot < 8; slot++) {
            index.sent(slot, MODEL, prompt(1, 2, 1, 3 + 2 * slot));
        }
        assertEquals(Map.of(7, 17, 6, 15, 5, 13), ask(index, MODEL, prompt(1, 2, 1, 40), 3));
        assertEquals(Map.of(), ask(index, MODEL, prompt(1, 2, 1, 40), 0));
    }

    @Test
    void whatWasKnownOfASlotIsForgotten() {
        PrefixIndex index = index(1 << 12, 256);
        index.sent(3, MODEL, prompt(1, 4, 1, 10));
        index.sent(4, MODEL, prompt(1, 4, 1, 10));
        index.forget(3);
        assertEquals(Map.of(4, 10), ask(index, prompt(1, 4, 1, 10)));
        index.sent(3, MODEL, prompt(1, 4, 1, 2));
        assertEquals(Map.of(4, 10, 3, 2), ask(index, prompt(1, 4, 1, 10)));
    }

    @Test
    void whatIsOldExpires() {
        PrefixIndex index = index(1 << 12, 256);
        index.sent(3, MODEL, prompt(1, 4, 1, 10));
        index.tick(100 * SECOND);
        assertEquals(Map.of(3, 10), ask(index, prompt(1, 4, 1, 10)));
        index.sent(3, MODEL, prompt(1, 4, 2, 5));
        for (int second = 101; second <= 171; second++) {
            index.tick(second * SECOND);
        }
        assertEquals(Map.of(3, 4), ask(index, prompt(1, 4, 1, 10)), "what both share was sent again");
        index.tick(1_000_000 * SECOND);
        assertEquals(Map.of(), ask(index, prompt(1, 4, 1, 10)));
        assertEquals(0, index.blocks(3));
    }

    @Test
    void aWorkersCacheIsBounded() {
        PrefixIndex index = index(1 << 14, 128);
        Affinity hot = prompt(1, 8, 1, 8);
        for (int i = 0; i < 1_000; i++) {
            index.sent(3, MODEL, hot);
            index.sent(3, MODEL, prompt(2 + i, 0, 2 + i, 16));
            assertEquals(8, ask(index, hot).get(3), "what is asked for all the time stays");
        }
        assertTrue(index.blocks(3) <= 128 && index.blocks(3) >= 64, "" + index.blocks(3));
        assertEquals(Map.of(), ask(index, prompt(2, 0, 2, 16)), "the oldest went");
        assertEquals(Map.of(3, 16), ask(index, prompt(1_001, 0, 1_001, 16)), "the newest is there");
    }

    /** Against a record of all that was ever sent: a match is never longer, and where there is space seldom shorter. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void aMatchIsNeverLongerThanWhatWasSent(long seed) {
        RandomGenerator random = new SplittableRandom(seed);
        boolean roomy = seed % 2 == 0;
        PrefixIndex index = index(roomy ? 1 << 18 : 1 << 9, roomy ? 1 << 16 : 64);
        List<List<Affinity>> sent = IntStream.range(0, 20)
                .mapToObj(slot -> (List<Affinity>) new ArrayList<Affinity>())
                .toList();
        int shorter = 0;
        for (int i = 0; i < 2_000; i++) {
            Affinity prompt =
                    prompt(random.nextInt(5), random.nextInt(1, 6), random.nextInt(200), random.nextInt(1, 40));
            ask(index, MODEL, prompt, 20).forEach((slot, blocks) -> {
                int truth = sent.get(slot).stream()
                        .mapToInt(before -> common(before, prompt))
                        .max()
                        .orElse(0);
                assertTrue(blocks <= truth, "seed " + seed + ": " + blocks + " of " + truth);
                int alone = index.blocksAt(slot, MODEL, prompt);
                assertTrue(alone <= truth, "seed " + seed + ": " + alone + " of " + truth);
            });
            if (roomy) {
                shorter += longestIsFound(index, sent, prompt) ? 0 : 1;
            }
            int slot = random.nextInt(20);
            index.sent(slot, MODEL, prompt);
            sent.get(slot).add(prompt);
        }
        assertTrue(shorter <= 4, "seed " + seed + ": " + shorter);
        if (!roomy) {
            IntStream.range(0, 20).forEach(slot -> assertTrue(index.blocks(slot) <= 64));
        }
    }

    private static boolean longestIsFound(PrefixIndex index, List<List<Affinity>> sent, Affinity prompt) {
        int longest = sent.stream()
                .flatMap(List::stream)
                .mapToInt(before -> common(before, prompt))
                .max()
                .orElse(0);
        int found = ask(index, MODEL, prompt, 20).values().stream()
                .mapToInt(blocks -> blocks)
                .max()
                .orElse(0);
        return found == longest;
    }

    private static int common(Affinity one, Affinity other) {
        int common = 0;
        while (common < Math.min(one.blocks().length, other.blocks().length)
                && one.blocks()[common] == other.blocks()[common]) {
            common++;
        }
        return common;
    }

    @Test
    void longPromptsAreFoundToo() {
        PrefixIndex index = index(1 << 14, 4_096);
        index.sent(1, MODEL, prompt(1, 300, 1, 512));
        index.sent(2, MODEL, prompt(1, 300, 2, 512));
        index.sent(3, MODEL, prompt(1, 1, 3, 5));
        Map<Integer, Integer> answer = ask(index, prompt(1, 300, 1, 512));
        assertEquals(512, answer.get(1));
        int shorter = answer.getOrDefault(2, 0);
        assertTrue(shorter <= 300 && shorter > 300 - 512 / 32, answer.toString());
        assertEquals(1, answer.get(3));
    }

    @Test
    void manySendAndAskAtOnce() throws Exception {
        PrefixIndex index = index(1 << 12, 256);
        List<Throwable> failures = java.util.Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = IntStream.range(0, 4)
                .mapToObj(slot -> Thread.ofPlatform().start(() -> {
                    try {
                        for (int i = 0; i < 20_000; i++) {
                            Affinity prompt = prompt(slot, 2, i % 300, 6);
                            index.sent(slot, MODEL, prompt);
                            ask(index, prompt).forEach((who, blocks) -> {
                                assertEquals(slot, who);
                                assertTrue(blocks <= 6);
                            });
                            index.tick(i * SECOND / 1_000);
                        }
                    } catch (Throwable failure) {
                        failures.add(failure);
                    }
                }))
                .toList();
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(List.of(), failures);
        LongStream.range(0, 4).forEach(slot -> assertTrue(index.blocks((int) slot) <= 256));
    }

    @Test
    void sizesAreChecked() {
        assertThrows(IllegalArgumentException.class, () -> index(1000, 256));
        assertThrows(IllegalArgumentException.class, () -> index(64, 256));
        assertThrows(IllegalArgumentException.class, () -> index(1024, 8));
        assertThrows(IllegalArgumentException.class, () -> index(1024, 1 << 21));
    }
}
