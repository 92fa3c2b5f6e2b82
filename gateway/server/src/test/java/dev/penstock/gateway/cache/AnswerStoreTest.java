package dev.penstock.gateway.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.cache.index.Embedding;
import dev.penstock.cache.index.Partition.Neighbour;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class AnswerStoreTest {
    private static final long SEED = 20261128;

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    private final InstantSource clock = now::get;

    @Test
    void whatHasExpiredIsGone() {
        AnswerStore store = new AnswerStore(100_000, clock);
        store.put(Answers.of("a", "t", 10, 5, Answers.asked("p", 1, 0)));
        assertTrue(store.get("a").isPresent());
        now.set(Instant.EPOCH.plusSeconds(60));
        assertEquals(List.of(), store.nearest("p", Embedding.of(new float[] {1, 0}), 3));
        assertEquals(Optional.empty(), store.get("a"));
        assertEquals(0, store.size());
        assertEquals(0, store.bytes());
    }

    @Test
    void theCheapAndTheLargeGoFirst() {
        AnswerStore store = new AnswerStore(10_000, clock);
        store.put(Answers.of("dear", "t", 1_000, 1_000_000, Optional.empty()));
        store.put(Answers.of("large", "t", 6_000, 1_000_000, Optional.empty()));
        store.put(Answers.of("cheap", "t", 1_000, 10, Optional.empty()));
        assertEquals(List.of("cheap", "large"), store.put(Answers.of("new", "t", 6_000, 2_000_000, Optional.empty())));
        assertTrue(store.get("dear").isPresent() && store.get("new").isPresent());
    }

    @Test
    void whatIsUsedStaysAndWhatWasUsedLongAgoGoesInTheEnd() {
        AnswerStore store = new AnswerStore(5_000, clock);
        store.put(Answers.of("used", "t", 500, 100, Optional.empty()));
        for (int i = 0; i < 5; i++) {
            store.used("used");
        }
        int lasted = 0;
        while (store.get("used").isPresent() && lasted < 1_000) {
            store.put(Answers.of("other-" + lasted++, "t", 500, 100, Optional.empty()));
        }
        assertTrue(lasted > 10 && lasted < 200, lasted + " others came first");
    }

    /** One of them, as the definition has it. */
    private static final class Ranked {
        private final StoredAnswer answer;
        private final int number;
        private long uses;
        private double value;

        Ranked(StoredAnswer answer, int number, double passed) {
            this.answer = answer;
            this.number = number;
            use(passed);
        }

        void use(double passed) {
            uses++;
            value = passed + (double) uses * answer.worth() / answer.bytes();
        }
    }

    /** By the definition: each is ranked anew whenever it is used, and all are looked at when one has to go. */
    @Test
    void thoseGoThatAreWorthLeastHoweverTheyWereUsed() {
        SplittableRandom random = new SplittableRandom(SEED);
        AnswerStore store = new AnswerStore(20_000, clock);
        Map<String, Ranked> held = new HashMap<>();
        double passed = 0;
        for (int i = 0; i < 5_000; i++) {
            if (random.nextInt(3) > 0) {
                String name = "a" + (i - random.nextInt(60));
                store.used(name);
                Ranked used = held.get(name);
                if (used != null) {
                    used.use(passed);
                }
                continue;
            }
            StoredAnswer fresh =
                    Answers.of("a" + i, "t", random.nextInt(2_000), random.nextLong(1_000_000), Optional.empty());
            held.put(fresh.name(), new Ranked(fresh, i, passed));
            List<String> gone = new ArrayList<>();
            while (held.values().stream().mapToLong(each -> each.answer.bytes()).sum() > 20_000) {
                Ranked least = held.values().stream()
                        .min(Comparator.comparingDouble((Ranked each) -> each.value)
                                .thenComparingInt(each -> each.number))
                        .orElseThrow();
                passed = least.value;
                held.remove(least.answer.name());
                gone.add(least.answer.name());
            }
            assertEquals(gone, store.put(fresh), "seed " + SEED + ", step " + i);
        }
    }

    @Test
    void oneThatIsLargerThanAllRoomIsNotKeptAndDrivesNothingOut() {
        AnswerStore store = new AnswerStore(5_000, clock);
        store.put(Answers.of("a", "t", 100, 1, Optional.empty()));
        assertEquals(List.of("huge"), store.put(Answers.of("huge", "t", 10_000, 1_000_000, Optional.empty())));
        assertEquals(1, store.size());
    }

    @Test
    void oneOfTheSameNameTakesItsPlace() {
        AnswerStore store = new AnswerStore(100_000, clock);
        store.put(Answers.of("a", "t", 100, 1, Answers.asked("p", 1, 0)));
        long before = store.bytes();
        store.put(Answers.of("a", "t", 100, 1, Answers.asked("q", 0, 1)));
        assertEquals(before, store.bytes());
        assertEquals(List.of(), store.nearest("p", Embedding.of(new float[] {1, 0}), 3));
        assertEquals(1, store.nearest("q", Embedding.of(new float[] {0, 1}), 3).size());
    }

    /** A million lookups over a thousand partitions of many tenants: each finds what is of its partition, and nothing else. */
    @Test
    void noLookupCrossesItsPartition() {
        SplittableRandom random = new SplittableRandom(51);
        AnswerStore store = new AnswerStore(64 << 20, clock);
        Map<String, String> tenants = new HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            String partition = "p" + random.nextInt(1_000);
            String tenant = tenants.computeIfAbsent(partition, none -> "t" + random.nextInt(50));
            float[] vector = {random.nextFloat() - 0.5f, random.nextFloat() - 0.5f, random.nextFloat() - 0.5f, 0.1f};
            store.put(Answers.of("a" + i, tenant, 10, 1, Answers.asked(partition, vector)));
        }
        long found = 0;
        for (int i = 0; i < 1_000_000; i++) {
            String partition = "p" + random.nextInt(1_100);
            float[] vector = {random.nextFloat() - 0.5f, random.nextFloat() - 0.5f, random.nextFloat() - 0.5f, 0.1f};
            for (Neighbour<StoredAnswer> each : store.nearest(partition, Embedding.of(vector), 1)) {
                found++;
                StoredAnswer answer = each.item();
                assertEquals(partition, answer.question().orElseThrow().partition());
                assertEquals(tenants.get(partition), answer.tenant());
            }
        }
        assertTrue(found > 800_000, found + " found");
    }

    @Test
    void whatIsMeantCanBeTakenOut() {
        AnswerStore store = new AnswerStore(100_000, clock);
        store.put(Answers.of("a", "one", 10, 1, Answers.asked("p", 1, 0)));
        store.put(Answers.of("b", "two", 10, 1, Answers.asked("q", 1, 0)));
        List<String> names = store.names(answer -> answer.tenant().equals("one"));
        assertEquals(List.of("a"), names);
        assertTrue(store.remove("a"));
        assertFalse(store.remove("a"));
        assertEquals(1, store.size());
    }
}
