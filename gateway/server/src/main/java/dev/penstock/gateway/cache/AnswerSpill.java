package dev.penstock.gateway.cache;

import dev.penstock.store.Database;
import dev.penstock.store.KeptAnswer;
import dev.penstock.store.KeptAnswers;
import dev.penstock.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings answers to the store, sealed, and back when a gateway starts. On a thread of its own, in batches, from a bounded
 * queue: where that is full the oldest in it is left out, since nothing rests on what is kept. Purges are left out never; where
 * too many wait, they become one of everything.
 *
 * <p>Thread safe.
 */
public final class AnswerSpill implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AnswerSpill.class);
    private static final int BATCH = 100;
    private static final int MOST_WAITING = 4_096;
    private static final long MOST_BYTES = 32 << 20;
    private static final int MOST_PURGES = 256;
    private static final long PAUSE_MILLIS = 200;
    private static final long MAX_BACKOFF_MILLIS = 15_000;
    private static final Duration TIDY = Duration.ofMinutes(1);
    private static final Duration ENDING = Duration.ofSeconds(5);

    private final Supplier<Optional<Database>> database;
    private final long maxBytes;
    private final InstantSource clock;
    private final Semaphore wakes = new Semaphore(0);
    private final Thread thread =
            Thread.ofPlatform().daemon().name("cache-spill").unstarted(this::run);

    // Guarded by this.
    private final Deque<KeptAnswer> waiting = new ArrayDeque<>();
    private final Deque<Pending> purges = new ArrayDeque<>();
    private long waitingBytes;
    private BiConsumer<String, byte[]> loaded = (name, bytes) -> {};

    private volatile boolean closing;
    private volatile boolean abandoned;

    /** Of the thread. */
    private boolean read;

    private long backoffMillis;
    private long tidiedNanos = System.nanoTime();

    /** A purge that the store has not made yet. */
    private record Pending(Purge purge, CompletableFuture<Void> done) {}

    /**
     * Not yet begun.
     *
     * @param database of the store, once it was reached
     * @param maxBytes of what is kept, as it counts in memory
     */
    public AnswerSpill(Supplier<Optional<Database>> database, long maxBytes, InstantSource clock) {
        this.database = database;
        this.maxBytes = maxBytes;
        this.clock = clock;
    }

    /** Begins, and reads what was kept, the newest first. */
    void start(BiConsumer<String, byte[]> each) {
        synchronized (this) {
            loaded = each;
        }
        thread.start();
    }

    /** Keeps an answer; one that is too long is not. */
    void keep(StoredAnswer answer, byte[] sealed) {
        if (sealed.length > KeptAnswer.MAX_SEALED) {
            return;
        }
        KeptAnswer kept = new KeptAnswer(
                answer.name(),
                answer.tenant(),
                answer.key(),
                answer.model(),
                sealed,
                answer.bytes(),
                answer.created(),
                answer.expires());
        synchronized (this) {
            waiting.add(kept);
            waitingBytes += sealed.length;
            while (waiting.size() > MOST_WAITING || waitingBytes > MOST_BYTES) {
                waitingBytes -= waiting.remove().sealed().length;
            }
        }
    }

    /** Has those forgotten, of what waits and of what is in the store; completes when they are. */
    CompletableFuture<Void> purge(Purge purge) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        synchronized (this) {
            waiting.removeIf(answer -> {
                boolean covered = covers(purge, answer);
                waitingBytes -= covered ? answer.sealed().length : 0;
                return covered;
            });
            purges.add(new Pending(purge, done));
            if (purges.size() > MOST_PURGES) {
                Instant latest = purges.stream()
                        .map(each -> each.purge.until())
                        .max(Instant::compareTo)
                        .orElseThrow();
                purges.clear();
                purges.add(new Pending(Purge.everything(latest), done));
            }
        }
        wakes.release();
        return done;
    }

    private static boolean covers(Purge purge, KeptAnswer answer) {
        return purge.tenant().map(answer.tenant()::equals).orElse(true)
                && purge.key().map(answer.key()::equals).orElse(true)
                && purge.model().map(answer.model()::equals).orElse(true)
                && purge.entry().map(answer.name()::equals).orElse(true)
                && !answer.created().isAfter(purge.until());
    }

    private void run() {
        try {
            while (!abandoned) {
                boolean last = closing;
                database.get().ifPresent(reached -> step(new KeptAnswers(reached)));
                if (last && nothingWaits()) {
                    return;
                }
                if (wakes.tryAcquire(
                        last ? PAUSE_MILLIS : Math.max(PAUSE_MILLIS, backoffMillis), TimeUnit.MILLISECONDS)) {
                    wakes.drainPermits();
                }
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean nothingWaits() {
        return waiting.isEmpty() && purges.isEmpty();
    }

    private void step(KeptAnswers answers) {
        try {
            boolean more = true;
            while (more) {
                more = write(answers);
            }
            if (!read) {
                load(answers);
                read = true;
            }
            if (System.nanoTime() - tidiedNanos >= TIDY.toNanos()) {
                tidy(answers);
            }
            backoffMillis = 0;
        } catch (StoreException.Unavailable down) {
            if (backoffMillis == 0) {
                LOG.warn("answers are not kept, since the store cannot be reached: {}", down.getMessage());
            }
            backoffMillis = Math.min(MAX_BACKOFF_MILLIS, Math.max(PAUSE_MILLIS, backoffMillis * 2));
        }
    }

    /** Answers before purges, which hold for those too; whether there is more. */
    private boolean write(KeptAnswers answers) {
        List<KeptAnswer> batch;
        List<Pending> purged;
        synchronized (this) {
            batch = waiting.stream().limit(BATCH).toList();
            purged = new ArrayList<>(purges);
        }
        answers.save(batch);
        purged.forEach(each -> delete(answers, each.purge));
        synchronized (this) {
            for (KeptAnswer each : batch) {
                // By itself: meanwhile it may have been left out, and its bytes with it.
                if (waiting.removeFirstOccurrence(each)) {
                    waitingBytes -= each.sealed().length;
                }
            }
            purges.removeAll(purged);
            purged.forEach(each -> each.done.complete(null));
            return !waiting.isEmpty() || !purges.isEmpty();
        }
    }

    private static void delete(KeptAnswers answers, Purge purge) {
        if (purge.entry().isPresent()) {
            answers.delete(List.of(purge.entry().get()));
        } else {
            answers.purge(purge.tenant(), purge.key(), purge.model(), purge.until());
        }
    }

    private void load(KeptAnswers answers) {
        BiConsumer<String, byte[]> to;
        synchronized (this) {
            to = loaded;
        }
        int[] count = {0};
        answers.load(maxBytes, clock.instant(), answer -> {
            to.accept(answer.name(), answer.sealed());
            count[0]++;
        });
        LOG.info("{} answers were in the store", count[0]);
    }

    private void tidy(KeptAnswers answers) {
        answers.removeExpired(clock.instant());
        answers.trim(maxBytes);
        tidiedNanos = System.nanoTime();
    }

    /** Brings what waits to the store where it can be reached, for five seconds at most. */
    @Override
    public void close() {
        closing = true;
        wakes.release();
        try {
            if (thread.isAlive()) {
                thread.join(ENDING);
            }
            abandoned = true; // and not interrupted: a file of H2's may be in its hands
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }
}
