package dev.penstock.gateway.accounts;

import dev.penstock.store.AccountRows;
import dev.penstock.store.AccountStore;
import dev.penstock.store.Database;
import dev.penstock.store.StoreException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the store's accounts on a thread of its own: once a second it asks for their revision, and reads them where that is
 * another. With the store down what was read last goes on holding; a start without it takes what a former run kept.
 */
public final class AccountWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AccountWatch.class);
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Supplier<Optional<Database>> database;
    private final AccountFile file;
    private final Consumer<Accounts> apply;
    private final Thread thread = Thread.ofPlatform().name("accounts").daemon().unstarted(this::run);
    private final CountDownLatch first = new CountDownLatch(1);
    private final CountDownLatch ending = new CountDownLatch(1);

    /** Guards reading and applying: whoever made a change does so too. */
    private final Object reading = new Object();

    private final AccountBinder binder = new AccountBinder();
    private boolean down;
    private boolean heard;
    private volatile Optional<AccountRows> rows = Optional.empty();

    /**
     * A watch that has not begun.
     *
     * @param database the store's, once it was reached
     * @param directory where the last accounts of a shared store are kept
     * @param apply goes over to others; called off the event loops
     */
    public AccountWatch(Supplier<Optional<Database>> database, Path directory, Consumer<Accounts> apply) {
        this.database = database;
        this.file = new AccountFile(directory);
        this.apply = apply;
    }

    /** Begins. */
    public void start() {
        thread.start();
    }

    /**
     * Waits for the first reading, so that whoever is ready knows its keys.
     *
     * @param patience how long at most; after that the gateway goes on with what a former run kept, or without
     */
    public void awaitFirst(Duration patience) throws InterruptedException {
        if (first.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            return;
        }
        synchronized (reading) {
            Optional<AccountRows> kept = heard ? Optional.empty() : file.load();
            if (kept.isPresent()) {
                LOG.warn(
                        "the store cannot be reached: keys and tenants are those that were kept of it, revision {}",
                        kept.get().revision());
                apply(kept.get());
            } else if (!heard) {
                LOG.warn(
                        "the store cannot be reached: its keys are not known yet, and those of the configuration serve");
            }
        }
    }

    private void run() {
        try {
            while (!ending.await(heardBefore() ? LOOK.toMillis() : 50, TimeUnit.MILLISECONDS)) {
                look();
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean heardBefore() {
        synchronized (reading) {
            return heard || down;
        }
    }

    private void look() {
        try {
            refresh();
        } catch (StoreException.Unavailable unreachable) {
            synchronized (reading) {
                if (!down && heard) {
                    LOG.warn(
                            "keys and tenants stay as they are, since the store cannot be reached: {}",
                            unreachable.getMessage());
                }
                down = true;
            }
        }
    }

    /**
     * Reads what the store has now, where that is something else.
     *
     * @throws StoreException.Unavailable where it cannot be reached
     */
    void refresh() {
        Optional<Database> opened = database.get();
        if (opened.isEmpty()) {
            return;
        }
        synchronized (reading) {
            AccountStore store = new AccountStore(opened.get(), InstantSource.system());
            if (!heard || rows.map(AccountRows::revision).orElse(-1L) != store.revision()) {
                AccountRows now = store.load();
                apply(now);
                if (opened.get().shared()) {
                    file.save(now);
                }
            }
            if (down && heard) {
                LOG.info("keys and tenants are followed again");
            }
            down = false;
            heard = true;
        }
        first.countDown();
    }

    /** Under the lock. What does not fit together leaves all as it was. */
    private void apply(AccountRows now) {
        rows = Optional.of(now);
        try {
            apply.accept(binder.bind(now));
        } catch (IllegalArgumentException unfit) {
            LOG.error("the store's accounts, revision {}, cannot be taken: {}", now.revision(), unfit.getMessage());
        }
    }

    /** What was read last; empty before anything was. */
    public Optional<AccountRows> rows() {
        return rows;
    }

    @Override
    public void close() {
        ending.countDown();
        try {
            if (!thread.join(PATIENCE)) {
                thread.interrupt();
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }
}
