package dev.penstock.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.store.journal.Journal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LedgerCodecTest {
    private static String text(Random random, int most) {
        StringBuilder text = new StringBuilder();
        for (int left = random.nextInt(most); left > 0; left--) {
            text.appendCodePoint(random.nextInt(10) == 0 ? 0x1f600 : random.nextInt(0, 0x250));
        }
        return text.toString();
    }

    private static LedgerEntry entry(Random random) {
        List<LedgerEntry.Draw> draws = new ArrayList<>();
        for (int left = random.nextInt(4); left > 0; left--) {
            draws.add(new LedgerEntry.Draw(text(random, 40), random.nextLong()));
        }
        return new LedgerEntry(
                text(random, 90),
                Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000)),
                text(random, 200),
                text(random, 200),
                text(random, 90),
                text(random, 90),
                text(random, 90),
                text(random, 90),
                text(random, 400),
                text(random, 400),
                text(random, 200),
                text(random, 200),
                text(random, 90),
                text(random, 90),
                text(random, 90),
                random.nextInt(),
                new LedgerEntry.Tokens(
                        random.nextLong(),
                        random.nextLong(),
                        random.nextLong(),
                        random.nextLong(),
                        random.nextBoolean()),
                random.nextBoolean() ? OptionalLong.of(random.nextLong()) : OptionalLong.empty(),
                random.nextLong(),
                random.nextBoolean() ? OptionalLong.of(random.nextLong()) : OptionalLong.empty(),
                random.nextLong(),
                draws);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whatIsEncodedIsDecoded(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 1_000; i++) {
            LedgerEntry entry = entry(random);
            byte[] record = LedgerCodec.encode(entry);
            assertTrue(record.length <= Journal.MAX_RECORD);
            assertEquals(entry, LedgerCodec.decode(record), "seed " + seed + ", entry " + i);
            assertThrows(
                    IllegalArgumentException.class,
                    () -> LedgerCodec.decode(Arrays.copyOf(record, random.nextInt(record.length))));
            record[0] = 2;
            assertThrows(IllegalArgumentException.class, () -> LedgerCodec.decode(record));
        }
    }
}
