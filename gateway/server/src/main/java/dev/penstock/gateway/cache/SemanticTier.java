package dev.penstock.gateway.cache;

import dev.penstock.cache.index.Embedding;
import dev.penstock.cache.index.Partition.Neighbour;
import dev.penstock.cache.judge.Judge;
import dev.penstock.cache.wording.Wording;
import dev.penstock.gateway.embedding.Embedder;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Finds answers by what their questions mean: makes a vector of a question, looks up its neighbours within its partition, and
 * judges each of them. On a thread of its own, in order of arrival from a bounded queue, behind the embedder's. Thread safe.
 */
final class SemanticTier implements AutoCloseable {
    /** So many of the nearest are judged: the nearest is not always the likeliest. */
    private static final int NEIGHBOURS = 4;

    private static final int MAX_WAITING = 256;

    private final Embedder embedder;
    private final String identity;
    private final Judge judge;
    private final AnswerStore store;
    private final ThreadPoolExecutor looking = new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MAX_WAITING),
            Thread.ofPlatform().daemon().name("cache-lookup").factory());

    /**
     * The likeliest.
     *
     * @param probability that its answer serves
     */
    record Match(StoredAnswer answer, double probability, double cosine) {}

    /**
     * What was found.
     *
     * @param embedding of the question
     * @param match empty where there is nobody near, or each is vetoed
     */
    record Found(Embedding embedding, Optional<Match> match) {}

    SemanticTier(AnswerCache.Meaning meaning, AnswerStore store) {
        this.embedder = meaning.embedder();
        this.identity = meaning.identity();
        this.judge = meaning.judge();
        this.store = store;
    }

    /** Of the embedder: vectors of another are not compared. */
    String identity() {
        return identity;
    }

    /** Whether questions leave this process to become vectors. */
    boolean leavesProcess() {
        return embedder.leavesProcess();
    }

    /** The vector of a question; fails where there is none in time. */
    Future<Embedding> embed(String question, Duration within) {
        return embedder.embed(question, within).map(Embedding::of);
    }

    /**
     * Looks it up. Fails where there is no vector in time, or too many wait.
     *
     * @param fresh whether an answer may be served to who asks
     */
    Future<Found> search(String partition, String question, Predicate<StoredAnswer> fresh, Duration within) {
        return embed(question, within).compose(embedding -> {
            Promise<Found> found = Promise.promise();
            long since = System.nanoTime();
            try {
                looking.execute(() -> {
                    try {
                        if (System.nanoTime() - since <= within.toNanos()) {
                            found.complete(new Found(embedding, likeliest(partition, question, embedding, fresh)));
                        }
                    } finally {
                        var unused =
                                found.tryFail("too late, or not to be judged"); // nobody waits for what will not come
                    }
                });
            } catch (RejectedExecutionException full) {
                found.fail(full);
            }
            return found.future();
        });
    }

    private Optional<Match> likeliest(
            String partition, String question, Embedding embedding, Predicate<StoredAnswer> fresh) {
        Optional<Match> best = Optional.empty();
        Wording asked = Wording.of(question);
        for (Neighbour<StoredAnswer> each : store.nearest(partition, embedding, NEIGHBOURS)) {
            if (fresh.test(each.item())) {
                String known = each.item().question().orElseThrow().text();
                double probability =
                        known.equals(question) ? 1 : judge.probability(asked, Wording.of(known), each.cosine());
                if (probability > best.map(Match::probability).orElse(0.0)) {
                    best = Optional.of(new Match(each.item(), probability, each.cosine()));
                }
            }
        }
        return best;
    }

    @Override
    public void close() {
        looking.shutdownNow();
        embedder.close();
    }
}
