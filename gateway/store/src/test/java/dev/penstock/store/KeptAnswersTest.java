package dev.penstock.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same of both databases. */
class KeptAnswersTest {
    private static final Instant NOW = Instant.parse("2026-11-28T12:00:00.123456Z");
    private static final Duration LIFE = Duration.ofHours(1);

    @TempDir
    private Path directory;

    private static KeptAnswer answer(String name, String tenant, String key, String model, Instant created) {
        return new KeptAnswer(
                name,
                tenant,
                key,
                model,
                ("sealed " + name).getBytes(StandardCharsets.UTF_8),
                1_000,
                created,
                created.plus(LIFE));
    }

    private static KeptAnswer answer(String name, Instant created) {
        return answer(name, "acme", "key-1", "llama-8b", created);
    }

    private static List<KeptAnswer> all(KeptAnswers answers, Instant now) {
        List<KeptAnswer> read = new ArrayList<>();
        long bytes = answers.load(Long.MAX_VALUE, now, read::add);
        assertEquals(read.stream().mapToLong(KeptAnswer::bytes).sum(), bytes);
        return read;
    }

    private static List<String> names(KeptAnswers answers) {
        return all(answers, NOW).stream().map(KeptAnswer::name).toList();
    }

    @ParameterizedTest
    @EnumSource(Stores.class)
    void answersComeBackAsTheyWereSavedNewestFirst(Stores kind) {
        Stores.Opener opener = kind.fresh(directory);
        byte[] every = new byte[256];
        for (int i = 0; i < every.length; i++) {
            every[i] = (byte) i;
        }
        KeptAnswer odd = new KeptAnswer(
                "A-z_0~", "Ünï\uD83D\uDE00", "", "org/model:7b", every, 77, NOW.minusSeconds(5), NOW.plusNanos(1_000));
        KeptAnswer largest = new KeptAnswer(
                "l".repeat(64),
                "t".repeat(64),
                "k".repeat(64),
                "m".repeat(256),
                new byte[KeptAnswer.MAX_SEALED],
                Integer.MAX_VALUE * 2L,
                NOW.minusSeconds(3),
                NOW.plus(Duration.ofDays(3_650)));
        try (Database database = opener.open()) {
            KeptAnswers answers = new KeptAnswers(database);
            assertEquals(List.of(), all(answers, NOW));
            answers.save(List.of());
            answers.save(List.of(odd, answer("new", NOW), largest));
        }
        try (Database database = opener.open()) {
            KeptAnswers answers = new KeptAnswers(database);
            assertEquals(List.of(answer("new", NOW), largest, odd), all(answers, NOW));
        }
    }

    @ParameterizedTest
    @EnumSource(Stores.class)
    void aSecondOfANameTakesThePlaceOfTheFirst(Stores kind) {
        try (Database database = kind.fresh(directory).open()) {
            KeptAnswers answers = new KeptAnswers(database);
            answers.save(List.of(answer("a", NOW.minusSeconds(9)), answer("b", NOW.minusSeconds(8))));
            KeptAnswer second = answer("a", "other", "key-2", "m", NOW.minusSeconds(7));
            KeptAnswer third = answer("a", "third", "key-3", "n", NOW.minusSeconds(6));
            answers.save(List.of(second, third));
            assertEquals(List.of(third, answer("b", NOW.minusSeconds(8))), all(answers, NOW));
            assertEquals(0, answers.delete(List.of()));
            assertEquals(1, answers.delete(List.of("a", "never")));
            assertEquals(List.of("b"), names(answers));
        }
    }

    @ParameterizedTest
    @EnumSource(Stores.class)
    void aPurgeTakesWhatItNamesAndNothingThatIsNewer(Stores kind) {
        Instant then = NOW.minusSeconds(10);
        List<KeptAnswer> saved = List.of(
                answer("1", "acme", "key-1", "a", then),
                answer("2", "acme", "key-1", "b", then),
                answer("3", "acme", "key-2", "a", then),
                answer("4", "zeta", "key-3", "a", then),
                answer("5", "acme", "key-1", "a", then.plusMillis(1)));
        record Purge(Optional<String> tenant, Optional<String> key, Optional<String> model, String left) {}
        Optional<String> any = Optional.empty();
        List<Purge> purges = List.of(
                new Purge(any, any, any, "5"),
                new Purge(Optional.of("acme"), any, any, "54"),
                new Purge(any, Optional.of("key-1"), any, "543"),
                new Purge(any, any, Optional.of("a"), "52"),
                new Purge(Optional.of("acme"), any, Optional.of("a"), "542"),
                new Purge(Optional.of("acme"), Optional.of("key-1"), Optional.of("a"), "5432"),
                new Purge(Optional.of("zeta"), Optional.of("key-1"), any, "54321"));
        try (Database database = kind.fresh(directory).open()) {
            KeptAnswers answers = new KeptAnswers(database);
            for (Purge purge : purges) {
                answers.save(saved);
                assertEquals(
                        5 - purge.left().length(),
                        answers.purge(purge.tenant(), purge.key(), purge.model(), then),
                        purge.toString());
                assertEquals(purge.left(), String.join("", names(answers)), purge.toString());
            }
            answers.save(List.of(answer("long", "t\0" + "t".repeat(90), "", "m".repeat(300), then)));
            assertEquals(1, answers.purge(Optional.of("t\0" + "t".repeat(90)), any, Optional.of("m".repeat(300)), NOW));
        }
    }

    @ParameterizedTest
    @EnumSource(Stores.class)
    void whatHasExpiredIsNotReadAndGoes(Stores kind) {
        try (Database database = kind.fresh(directory).open()) {
            KeptAnswers answers = new KeptAnswers(database);
            answers.save(List.of(
                    answer("past", NOW.minus(LIFE).minusMillis(1)),
                    answer("now", NOW.minus(LIFE)),
                    answer("soon", NOW.minus(LIFE).plusMillis(1))));
            assertEquals(List.of("soon"), names(answers));
            assertEquals(2, answers.removeExpired(NOW));
            assertEquals(0, answers.removeExpired(NOW));
            assertEquals(List.of("soon"), names(answers));
        }
    }

    @ParameterizedTest
    @EnumSource(Stores.class)
    void tooManyBytesGoOldestFirst(Stores kind) {
        try (Database database = kind.fresh(directory).open()) {
            KeptAnswers answers = new KeptAnswers(database);
            // Three of one moment: by name then.
            answers.save(List.of(
                    answer("old", NOW.minusSeconds(2)),
                    answer("a", NOW.minusSeconds(1)),
                    answer("b", NOW.minusSeconds(1)),
                    answer("c", NOW.minusSeconds(1)),
                    answer("new", NOW)));
            assertEquals(List.of("new", "c", "b", "a", "old"), names(answers));
            assertEquals(0, answers.trim(5_000));
            assertEquals(1, answers.trim(4_999));
            assertEquals(List.of("new", "c", "b", "a"), names(answers));
            assertEquals(2, answers.trim(2_500));
            assertEquals(List.of("new", "c"), names(answers));
            assertEquals(2, answers.trim(0));
            assertEquals(0, answers.trim(0));
            assertEquals(List.of(), names(answers));
        }
    }

    @ParameterizedTest
    @EnumSource(Stores.class)
    void readsTheNewestUpToSoManyBytesOverManyPages(Stores kind) {
        long seed = 7;
        Random random = new Random(seed);
        Map<String, KeptAnswer> kept = new TreeMap<>();
        for (int i = 0; i < 300; i++) {
            // Many of the same moment, across the pages.
            kept.put("n" + i, answer("n" + i, NOW.minusSeconds(random.nextInt(5))));
        }
        List<KeptAnswer> shuffled = new ArrayList<>(kept.values());
        Collections.shuffle(shuffled, random);
        try (Database database = kind.fresh(directory).open()) {
            KeptAnswers answers = new KeptAnswers(database);
            answers.save(shuffled);
            List<KeptAnswer> read = all(answers, NOW);
            assertEquals(kept, byName(read), "seed " + seed);
            assertEquals(300, read.size(), "seed " + seed);
            for (int i = 1; i < read.size(); i++) {
                assertFalse(read.get(i - 1).created().isBefore(read.get(i).created()), "seed " + seed + " at " + i);
            }
            List<KeptAnswer> some = new ArrayList<>();
            assertEquals(100_000, answers.load(100_999, NOW, some::add));
            assertEquals(read.subList(0, 100), some);
            assertEquals(0, answers.load(999, NOW, some::add));
            assertEquals(200, answers.trim(100_000));
            assertEquals(some, all(answers, NOW));
        }
    }

    private static Map<String, KeptAnswer> byName(List<KeptAnswer> answers) {
        Map<String, KeptAnswer> byName = new TreeMap<>();
        answers.forEach(answer -> byName.put(answer.name(), answer));
        return byName;
    }

    /** Gateways learn the same at the same time, and one purges and another trims meanwhile. */
    @ParameterizedTest
    @EnumSource(Stores.class)
    void manyThatSaveTheSameAtOnceDoNotFail(Stores kind) throws Exception {
        int gateways = 4;
        int rounds = 15;
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            names.add("n" + i);
        }
        Stores.Opener opener = kind.fresh(directory);
        try (Database database = opener.open();
                ExecutorService executor = Executors.newFixedThreadPool(gateways + 1)) {
            KeptAnswers answers = new KeptAnswers(database);
            List<Callable<Integer>> work = new ArrayList<>();
            for (int g = 0; g < gateways; g++) {
                Random random = new Random(g);
                work.add(() -> {
                    for (int r = 0; r < rounds; r++) {
                        List<String> order = new ArrayList<>(names);
                        Collections.shuffle(order, random);
                        answers.save(order.stream()
                                .map(name -> answer(name, NOW.minusSeconds(random.nextInt(9))))
                                .toList());
                    }
                    return rounds;
                });
            }
            work.add(() -> {
                for (int r = 0; r < rounds; r++) {
                    answers.purge(Optional.of("acme"), Optional.empty(), Optional.empty(), NOW.minusSeconds(5));
                    answers.trim(20_000);
                    answers.delete(List.of("n7", "n3"));
                    answers.removeExpired(NOW);
                }
                return rounds;
            });
            for (Future<Integer> done : executor.invokeAll(work)) {
                assertEquals(rounds, (int) done.get());
            }
            List<String> left = names(answers);
            assertEquals(left.stream().distinct().toList(), left);
            answers.save(names.stream().map(name -> answer(name, NOW)).toList());
            assertEquals(names.stream().sorted(Comparator.reverseOrder()).toList(), sorted(names(answers)));
        }
    }

    private static List<String> sorted(List<String> names) {
        return names.stream().sorted(Comparator.reverseOrder()).toList();
    }

    @Test
    void whatCannotBeKeptIsRefusedAndNothingIsTold() {
        for (String name : List.of("", "n".repeat(65), "a b", "ä", "a\n")) {
            refused("name: ", () -> answer(name, NOW));
        }
        refused("sealed: 1048577 bytes", () -> sized(new byte[KeptAnswer.MAX_SEALED + 1], 1));
        refused("bytes: 0 (expected: >= 1)", () -> sized(new byte[1], 0));
        assertEquals("KeptAnswer[a, 8 bytes]", answer("a", NOW).toString());
    }

    private static KeptAnswer sized(byte[] sealed, long bytes) {
        return new KeptAnswer("a", "t", "k", "m", sealed, bytes, NOW, NOW);
    }

    private static void refused(String begins, Runnable work) {
        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, work::run);
        assertTrue(String.valueOf(refusal.getMessage()).startsWith(begins), refusal.getMessage());
    }
}
