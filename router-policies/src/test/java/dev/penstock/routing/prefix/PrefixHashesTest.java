package dev.penstock.routing.prefix;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PrefixHashesTest {
    private static long[] of(byte[] bytes) {
        return PrefixHashes.of(0, bytes, 0, bytes.length);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void asManyAreSharedAsWholeBlocksFromTheFront(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            byte[] one = new byte[random.nextInt(1, 5_000)];
            random.nextBytes(one);
            byte[] other = Arrays.copyOf(one, random.nextInt(1, 5_000));
            int shared = Math.min(one.length, other.length);
            if (random.nextBoolean()) {
                int at = random.nextInt(other.length);
                other[at] ^= (byte) (1 << random.nextInt(8));
                shared = Math.min(shared, at);
            }
            long[] a = of(one);
            long[] b = of(other);
            int same = shared / PrefixHashes.BLOCK_BYTES;
            for (int block = 0; block < Math.min(a.length, b.length); block++) {
                assertEquals(block < same, a[block] == b[block], "seed " + seed + ", " + i + ", block " + block);
            }
        }
    }

    @Test
    void whatIsSharedMustBeAtTheFront() {
        byte[] text = new byte[PrefixHashes.BLOCK_BYTES * 3];
        long[] hashes = of(text);
        assertEquals(3, new HashSet<>(Arrays.asList(hashes[0], hashes[1], hashes[2])).size());
        assertNotEquals(hashes[0], PrefixHashes.of(1, text, 0, text.length)[0]);
    }

    @Test
    void onlyWholeBlocksCountAndNotTooMany() {
        assertEquals(0, of(new byte[0]).length);
        assertEquals(0, of(new byte[PrefixHashes.BLOCK_BYTES - 1]).length);
        assertEquals(1, of(new byte[PrefixHashes.BLOCK_BYTES]).length);
        assertEquals(
                PrefixHashes.MAX_BLOCKS, of(new byte[2 * PrefixHashes.MAX_BLOCKS * PrefixHashes.BLOCK_BYTES]).length);
    }

    /** Another gateway, of another build, must have the same. */
    @Test
    void theHashesAreTheseEverywhere() {
        byte[] text = new byte[PrefixHashes.BLOCK_BYTES];
        for (int i = 0; i < text.length; i++) {
            text[i] = (byte) i;
        }
        assertArrayEquals(new long[] {GOLDEN_BLOCK}, of(text));
        assertEquals(GOLDEN_NAME, PrefixHashes.of("session-4711"));
    }

    private static final long GOLDEN_BLOCK = -919064333215949877L;
    private static final long GOLDEN_NAME = 3190984360937887923L;

    @Test
    void whereTheTextLiesDoesNotMatter() {
        byte[] text = new byte[2_000];
        new Random(9).nextBytes(text);
        byte[] shifted = new byte[2_013];
        System.arraycopy(text, 0, shifted, 13, text.length);
        assertArrayEquals(of(text), PrefixHashes.of(0, shifted, 13, shifted.length));
        assertEquals(PrefixHashes.of(text, 0, 100), PrefixHashes.of(shifted, 13, 113));
    }

    /** Blocks that differ in one number or one bit, as templates do. */
    @Test
    void likeTextsHaveUnlikeHashes() {
        Set<Long> all = new HashSet<>();
        int[] ones = new int[64];
        byte[] text = new byte[PrefixHashes.BLOCK_BYTES];
        for (int i = 0; i < 100_000; i++) {
            text[100] = (byte) i;
            text[131] = (byte) (i >> 8);
            text[200] = (byte) (i >> 16);
            long hash = of(text)[0];
            all.add(hash);
            for (int bit = 0; bit < 64; bit++) {
                ones[bit] += (int) (hash >>> bit & 1);
            }
        }
        assertEquals(100_000, all.size());
        for (int bit = 0; bit < 64; bit++) {
            assertEquals(50_000, ones[bit], 1_000, "bit " + bit);
        }
    }

    @Test
    void namesHaveHashes() {
        Set<Long> all = new HashSet<>();
        for (int i = 0; i < 100_000; i++) {
            all.add(PrefixHashes.of("user-" + i));
        }
        assertEquals(100_000, all.size());
        assertNotEquals(0, PrefixHashes.of(""));
        assertNotEquals(PrefixHashes.of("a"), PrefixHashes.of("a\0"));
        assertTrue(PrefixHashes.affinity(1, new long[0], 4).blockTokens() == 64);
        assertEquals(1, PrefixHashes.affinity(1, new long[0], 1e9).blockTokens());
    }
}
