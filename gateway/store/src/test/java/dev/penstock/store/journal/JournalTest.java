package dev.penstock.store.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    private static final long BYTES = 128 * 1024;

    @TempDir
    private Path directory;

    private Journal open() throws IOException {
        return Journal.open(directory.resolve("journal"), BYTES, 4);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static List<String> drain(Journal journal, int most) throws IOException {
        List<String> all = new ArrayList<>();
        for (Optional<Journal.Batch> batch = journal.read(most); batch.isPresent(); batch = journal.read(most)) {
            batch.get().records().forEach(record -> all.add(new String(record, StandardCharsets.UTF_8)));
            journal.consumed(batch.get());
        }
        return all;
    }

    private List<Path> segments() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("journal"))) {
            return files.filter(file -> file.toString().endsWith(".journal"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void whatIsAppendedIsReadInOrder() throws Exception {
        try (Journal journal = open()) {
            for (int i = 0; i < 10; i++) {
                assertTrue(journal.append(bytes("r" + i)));
            }
            assertEquals(10, journal.waiting());
            assertEquals(List.of("r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9"), drain(journal, 3));
            assertEquals(0, journal.waiting());
            assertEquals(Optional.empty(), journal.read(1));
        }
    }

    @Test
    void whatWasNotConsumedIsThereAgain() throws Exception {
        try (Journal journal = open()) {
            journal.append(bytes("a"));
            journal.append(bytes("b"));
            journal.append(bytes("c"));
            journal.consumed(journal.read(1).orElseThrow());
            journal.read(2); // and died
        }
        try (Journal journal = open()) {
            assertEquals(2, journal.waiting());
            journal.append(bytes("d"));
            assertEquals(List.of("b", "c", "d"), drain(journal, 10));
        }
        try (Journal journal = open()) {
            assertEquals(0, journal.waiting());
            assertEquals(1, segments().size(), "what is finished is removed");
        }
    }

    @Test
    void aRecordThatWasCutOffIsNotRead() throws Exception {
        try (Journal journal = open()) {
            journal.append(bytes("whole"));
            journal.append(bytes("torn by a loss of power"));
        }
        Path file = segments().getFirst();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[4]), Segment.HEADER + Segment.sizeOf(5) + 12);
        }
        try (Journal journal = open()) {
            assertEquals(List.of("whole"), drain(journal, 10));
            journal.append(bytes("later"));
            assertEquals(List.of("later"), drain(journal, 10));
        }
    }

    @Test
    void whatIsNoSegmentIsRemoved() throws Exception {
        Files.createDirectories(directory.resolve("journal"));
        Files.write(directory.resolve("journal/000000000007.journal"), new byte[100]);
        Files.write(directory.resolve("journal/000000000008.journal"), new byte[3]);
        try (Journal journal = open()) {
            assertEquals(
                    List.of("000000000009.journal"),
                    segments().stream()
                            .map(file -> String.valueOf(file.getFileName()))
                            .toList());
            journal.append(bytes("a"));
            assertEquals(List.of("a"), drain(journal, 1));
        }
    }

    @Test
    void itIsBoundedAndGoesOnWhenThereIsRoomAgain() throws Exception {
        byte[] record = new byte[10_000];
        try (Journal journal = open()) {
            int fitted = 0;
            while (journal.append(record)) {
                fitted++;
            }
            assertEquals(4 * (int) ((BYTES - Segment.HEADER) / Segment.sizeOf(record.length)), fitted);
            assertFalse(journal.append(record));
            assertEquals(fitted, journal.waiting());
            journal.consumed(journal.read(100).orElseThrow());
            assertTrue(journal.append(record));
            assertEquals(4, segments().size());
        }
    }

    @Test
    void aPreparedFileIsTakenAndAnUnusedOneRemoved() throws Exception {
        try (Journal journal = open()) {
            journal.prepare();
            journal.prepare();
            assertEquals(2, segments().size());
            byte[] record = new byte[Journal.MAX_RECORD];
            journal.append(record);
            journal.append(record);
            assertEquals(2, segments().size());
            journal.prepare();
            assertEquals(3, segments().size());
        }
        assertEquals(2, segments().size());
    }

    @Test
    void nobodyElseReadsIt() throws Exception {
        open().close();
        assertEquals(
                "rwx------",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("journal"))));
    }

    @Test
    void oneProcessHasIt() throws Exception {
        try (Journal journal = open()) {
            assertTrue(assertThrows(IOException.class, this::open).toString().contains("in use"));
            assertTrue(journal.append(bytes("a")));
        }
        open().close();
    }

    @Test
    void whatIsNoRecordIsRefused() throws Exception {
        try (Journal journal = open()) {
            assertThrows(IllegalArgumentException.class, () -> journal.append(new byte[0]));
            assertThrows(IllegalArgumentException.class, () -> journal.append(new byte[Journal.MAX_RECORD + 1]));
        }
        assertThrows(IllegalArgumentException.class, () -> Journal.open(directory, 1000, 4));
        assertThrows(IllegalArgumentException.class, () -> Journal.open(directory, BYTES, 1));
    }

    @Test
    void manyAppendWhileOneReads() throws Exception {
        int threads = 4;
        int each = 20_000;
        Set<String> read = new HashSet<>();
        try (Journal journal = Journal.open(directory.resolve("journal"), 1 << 20, 64);
                ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            List<Callable<Integer>> writers = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                int thread = t;
                writers.add(() -> {
                    Random random = new Random(thread);
                    int refused = 0;
                    for (int i = 0; i < each; i++) {
                        String text = thread + ":" + i + ":" + "x".repeat(random.nextInt(200));
                        refused += journal.append(bytes(text)) ? 0 : 1;
                    }
                    return refused;
                });
            }
            List<Future<Integer>> running =
                    writers.stream().map(executor::submit).toList();
            while (read.size() < threads * each) {
                for (String text : drain(journal, 500)) {
                    assertTrue(read.add(text.substring(0, text.lastIndexOf(':'))), "read twice: " + text);
                }
                journal.prepare();
            }
            for (Future<Integer> writer : running) {
                assertEquals(0, writer.get());
            }
            assertEquals(0, journal.waiting());
        }
    }
}
