package dev.penstock.gateway.ledger;

import dev.penstock.gateway.admin.Usage;
import dev.penstock.gateway.config.StoreConfig;
import dev.penstock.gateway.pipeline.RequestRecord;
import dev.penstock.store.Database;
import dev.penstock.store.Ledger;
import dev.penstock.store.LedgerCodec;
import dev.penstock.store.StoreException;
import dev.penstock.store.journal.Journal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what requests used. A request is in the journal when {@link #account} returns, without a system call and
 * whatever becomes of the database or of this process; {@link LedgerWriter} takes it from there.
 */
public final class UsageBook implements Usage, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(UsageBook.class);
    private static final long SEGMENT = 4 << 20;

    private final String node;
    private final InstantSource clock;
    private final Journal journal;
    private final LedgerWriter writer;
    private final AtomicLong lost = new AtomicLong();

    private UsageBook(String node, InstantSource clock, Journal journal, LedgerWriter writer) {
        this.node = node;
        this.clock = clock;
        this.journal = journal;
        this.writer = writer;
    }

    /**
     * Opens the journal; the database is opened beside, so that nobody waits for it.
     *
     * @param site where this gateway stands
     * @throws IllegalArgumentException where the directory cannot be used, naming it
     */
    public static UsageBook open(StoreConfig config, String site, InstantSource clock) {
        try {
            int segments = Math.toIntExact(Math.max(2, config.journal().bytes() / SEGMENT));
            Journal journal = Journal.open(config.directory().resolve("journal"), SEGMENT, segments);
            String node = NodeId.of(config.directory(), site);
            LedgerWriter writer = new LedgerWriter(journal, () -> database(config));
            writer.start();
            return new UsageBook(node, clock, journal, writer);
        } catch (IOException refused) {
            throw new IllegalArgumentException(
                    "store.directory: " + config.directory() + " (expected: a directory that can be made and written; "
                            + refused + ")",
                    refused);
        }
    }

    private static Database database(StoreConfig config) {
        return config.url().isPresent()
                ? Database.postgresql(
                        config.url().get(), config.user(), config.password(), config.connections(), config.timeout())
                : Database.inFile(config.directory().resolve("penstock"));
    }

    /**
     * Those that were answered neither by a worker nor from memory are not in the ledger: refusals cost nothing, and may be
     * many.
     */
    public void account(RequestRecord record) {
        if (record.attempts() == 0 && !record.memory().hit()) {
            return;
        }
        byte[] entry = LedgerCodec.encode(Entries.of(record, UUID.randomUUID().toString(), node, clock.instant()));
        if (!journal.append(entry) && lost.getAndIncrement() == 0) {
            LOG.error("the journal of usage is full: requests are no more counted, until the store can be reached");
        }
    }

    /** What this gateway is called in the store: the same after every restart, and no other's. */
    public String node() {
        return node;
    }

    /** The database, where it was reached. */
    public Optional<Database> database() {
        return writer.database();
    }

    /** Whether all that an earlier run left in the journal is in the database. */
    public boolean recovered() {
        return writer.recovered();
    }

    @Override
    public long waiting() {
        return journal.waiting();
    }

    /** Entries that this process has brought to the database. */
    public long written() {
        return writer.written();
    }

    /** Requests that are in no ledger, since the journal was full, and records of it that could not be read. */
    public long lost() {
        return lost.get() + writer.unreadable();
    }

    @Override
    public List<Ledger.Line> report(List<Ledger.Dimension> by, Instant from, Instant until, int most) {
        return writer.database()
                .map(database -> new Ledger(database).report(by, from, until, most))
                .orElseThrow(() -> new StoreException.Unavailable(
                        "the store has not been reached yet", new IOException("not open")));
    }

    /** Brings what waits to the database where it can be reached; the rest stays in the journal for the next start. */
    @Override
    public void close() {
        writer.close();
        try {
            journal.close();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
