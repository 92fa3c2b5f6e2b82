package dev.penstock.gateway.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.store.Database;
import dev.penstock.store.Ledger;
import dev.penstock.store.LedgerCodec;
import dev.penstock.store.LedgerEntry;
import dev.penstock.store.StoreException;
import dev.penstock.store.journal.Journal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LedgerWriterTest {
    private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");

    @TempDir
    private Path directory;

    private Journal journal() throws IOException {
        return Journal.open(directory.resolve("journal"), 1 << 20, 8);
    }

    private Database database() {
        return Database.inFile(directory.resolve("penstock"));
    }

    private static byte[] entry(int number) {
        return LedgerCodec.encode(new LedgerEntry(
                "id-" + number,
                NOW,
                "n",
                "r",
                "acme",
                "web",
                "k",
                "chat",
                "m",
                "m",
                "w",
                "s",
                "p",
                "",
                "ok",
                1,
                new LedgerEntry.Tokens(2, 0, 1, 0, false),
                OptionalLong.of(10),
                0,
                OptionalLong.empty(),
                1,
                List.of()));
    }

    private long requests() {
        try (Database database = database()) {
            return new Ledger(database)
                    .report(List.of(), NOW.minusSeconds(1), NOW.plusSeconds(1), 1)
                    .getFirst()
                    .requests();
        }
    }

    @Test
    void whileTheStoreIsDownEntriesWaitAndThenAreWritten() throws Exception {
        AtomicInteger tries = new AtomicInteger();
        CountDownLatch triedTwice = new CountDownLatch(2);
        try (Journal journal = journal()) {
            LedgerWriter writer = new LedgerWriter(journal, () -> {
                triedTwice.countDown();
                if (tries.incrementAndGet() <= 2) {
                    throw new StoreException.Unavailable("down", new IOException("refused"));
                }
                return database();
            });
            for (int i = 0; i < 1_200; i++) {
                assertTrue(journal.append(entry(i)));
            }
            writer.start();
            assertTrue(triedTwice.await(30, TimeUnit.SECONDS));
            assertEquals(1_200, journal.waiting());
            while (writer.written() < 1_200) {
                Thread.onSpinWait(); // bounded by the test's clock
            }
            writer.close();
            assertEquals(0, journal.waiting());
        }
        assertEquals(1_200, requests());
    }

    @Test
    void whatAStoppedWriterLeftTheNextOneBringsOnce() throws Exception {
        try (Journal journal = journal()) {
            for (int i = 0; i < 10; i++) {
                journal.append(entry(i));
            }
            // As one that died between the database's commit and the journal's mark.
            try (Database database = database()) {
                new Ledger(database)
                        .append(journal.read(7).orElseThrow().records().stream()
                                .map(LedgerCodec::decode)
                                .toList());
            }
        }
        try (Journal journal = journal()) {
            LedgerWriter writer = new LedgerWriter(journal, this::database);
            writer.start();
            writer.close();
            assertEquals(3, writer.written());
        }
        assertEquals(10, requests());
    }

    @Test
    void whatIsNoEntryIsCountedAndDoesNotStopTheOthers() throws Exception {
        try (Journal journal = journal()) {
            journal.append(entry(1));
            journal.append(new byte[] {9, 9, 9});
            journal.append(entry(2));
            LedgerWriter writer = new LedgerWriter(journal, this::database);
            writer.start();
            writer.close();
            assertEquals(1, writer.unreadable());
            assertEquals(2, writer.written());
        }
        assertEquals(2, requests());
    }
}
