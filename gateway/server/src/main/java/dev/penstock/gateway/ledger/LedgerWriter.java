package dev.penstock.gateway.ledger;

import dev.penstock.store.Database;
import dev.penstock.store.Ledger;
import dev.penstock.store.LedgerCodec;
import dev.penstock.store.LedgerEntry;
import dev.penstock.store.StoreException;
import dev.penstock.store.journal.Journal;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries a journal's entries to the ledger, on a thread of its own. It opens the database itself, and again, at growing
 * intervals, for as long as it cannot be reached. An entry is gone from the journal only when the database has it; one that
 * it had already is not counted twice.
 */
final class LedgerWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LedgerWriter.class);
    private static final int BATCH = 500;
    private static final long PAUSE_MILLIS = 200;
    private static final long FORCE_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long MAX_BACKOFF_MILLIS = 15_000;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Journal journal;
    private final Supplier<Database> opening;
    private final AtomicLong written = new AtomicLong();
    private final AtomicLong unreadable = new AtomicLong();
    /** Of an earlier run. */
    private final AtomicLong inherited;

    private final Thread thread = Thread.ofPlatform().name("ledger").daemon().unstarted(this::run);
    private volatile Optional<Database> database = Optional.empty();
    private final CountDownLatch ending = new CountDownLatch(1);

    /** Of the thread. */
    private long backoffMillis;

    private long forcedNanos = System.nanoTime();

    /** @param opening opens the database; called again where it fails with {@link StoreException.Unavailable} */
    LedgerWriter(Journal journal, Supplier<Database> opening) {
        this.journal = journal;
        this.opening = opening;
        this.inherited = new AtomicLong(journal.waiting());
    }

    void start() {
        thread.start();
    }

    /** How many entries are in the database, of those that this process brought there. */
    long written() {
        return written.get();
    }

    /** Whether the database has all that the journal held when this began. */
    boolean recovered() {
        return inherited.get() <= 0;
    }

    /** How many records of the journal were no entries. */
    long unreadable() {
        return unreadable.get();
    }

    /** The database, where it was reached before. */
    Optional<Database> database() {
        return database;
    }

    private void run() {
        try {
            while (true) {
                journal.prepare();
                force();
                boolean more = step();
                if (!more && ending.await(Math.max(PAUSE_MILLIS, backoffMillis), TimeUnit.MILLISECONDS)) {
                    drain();
                    return;
                }
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        } finally {
            database.ifPresent(Database::close);
        }
    }

    /** What came while it paused. */
    private void drain() {
        while (step()) {
            force();
        }
    }

    /** Against a loss of power: at most the last second is not on the disk yet. */
    private void force() {
        long now = System.nanoTime();
        if (now - forcedNanos >= FORCE_NANOS && journal.waiting() > 0) {
            journal.force();
            forcedNanos = now;
        }
    }

    /** Whether there may be more to do at once. */
    private boolean step() {
        try {
            if (database.isEmpty()) {
                database = Optional.of(opening.get());
            }
            Optional<Journal.Batch> batch = journal.read(BATCH);
            if (batch.isEmpty()) {
                return false;
            }
            written.addAndGet(new Ledger(database.get()).append(decoded(batch.get())));
            inherited.addAndGet(-batch.get().records().size());
            journal.consumed(batch.get());
            if (backoffMillis > 0) {
                LOG.info("the store can be reached again; {} entries wait", journal.waiting());
            }
            backoffMillis = 0;
            return true;
        } catch (StoreException.Unavailable down) {
            if (backoffMillis == 0) {
                LOG.warn("usage is kept in the journal, since the store cannot be reached: {}", down.getMessage());
            }
            backoffMillis = Math.min(MAX_BACKOFF_MILLIS, Math.max(PAUSE_MILLIS, backoffMillis * 2));
            return false;
        } catch (IOException full) {
            LOG.warn("a file of the journal that is done with cannot be removed: {}", full.toString());
            return true;
        }
    }

    private List<LedgerEntry> decoded(Journal.Batch batch) {
        List<LedgerEntry> entries = new ArrayList<>();
        for (byte[] record : batch.records()) {
            try {
                entries.add(LedgerCodec.decode(record));
            } catch (IllegalArgumentException foreign) {
                unreadable.incrementAndGet();
                LOG.error("a record of the journal is no entry, and is left out: {}", foreign.getMessage());
            }
        }
        return entries;
    }

    /** Writes what waits, where the database can be reached, for ten seconds at most. */
    @Override
    public void close() {
        ending.countDown();
        try {
            if (!thread.join(PATIENCE)) {
                thread.interrupt();
                thread.join(PATIENCE);
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }
}
