package dev.penstock.gateway.cluster;

import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The answers of all gateways, as bytes by name: each at one member and a copy of it at another. Under the same name a gateway
 * claims to have a request answered, so that to ask and to claim is one call, and what becomes of a request is told in order.
 *
 * <p>Nothing here blocks, waits for long or fails: without a cluster, or where it does not answer in time, a gateway goes on
 * as if it were alone. Thread safe.
 */
public final class ClusterAnswers implements AutoCloseable {
    static final String MAP = "answers";
    static final String PURGES = "purges";

    private static final Logger LOG = LoggerFactory.getLogger(ClusterAnswers.class);
    private static final long PATIENCE_MILLIS = 250;
    private static final byte[] NONE = {};
    /** Claims that the cluster has not answered, at most. */
    private static final int MOST_ASKED = 10_000;
    /** Bytes on their way to the cluster, at most. */
    private static final long MOST_SENT = 64 << 20;

    /**
     * The longest answer takes this part of a gateway's: Hazelcast makes room for one only in its own partition, of which there
     * are 271, so it may go beyond what it has by about one of each.
     */
    private static final int SHARES = 256;

    private static final CompletionStage<Claim> OURS = CompletableFuture.completedStage(new Claim.Ours());

    private final IntSupplier gateways;
    private final int longest;
    private final AnswerWaits waits = new AnswerWaits(System::nanoTime);
    private final ClusterPurges purges;
    private final AnswerLink link;
    /** What this gateway has claimed and not ended. No more than requests run. */
    private final Map<String, byte[]> claims = new ConcurrentHashMap<>();

    private final AtomicLong numbers = new AtomicLong();
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicLong sent = new AtomicLong();

    /** Who has a request answered. */
    public sealed interface Claim {
        /** This gateway. */
        record Ours() implements Claim {}

        /**
         * Another.
         *
         * @param over completes when that has ended, with an answer or without; never fails
         */
        record Theirs(Future<Void> over) implements Claim {}

        /** Nobody: it is answered. */
        @SuppressWarnings("ArrayRecordComponent") // nobody compares it
        record Known(byte[] sealed) implements Claim {}
    }

    /** Hears what other gateways do, on threads of the cluster's. */
    public interface Listener {
        /** There is an answer; also told of all there are when this gateway joins. Completes when it is found here. */
        Future<Void> put(String name, byte[] sealed);

        /** It was taken out. */
        void removed(String name);

        /**
         * Answers of that scope are void; also told of all that hold when this gateway joins.
         *
         * @param justNow whether it is said at this moment
         */
        void purged(String scope, Instant until, boolean justNow);
    }

    /**
     * Over the cluster, while there is one.
     *
     * @param gateways how many there are in sight; cheap
     * @param mebibytes of heap that each gateway has for its part of them
     * @param everything the scope of a purge of all answers
     */
    public ClusterAnswers(
            Supplier<Optional<HazelcastInstance>> cluster, IntSupplier gateways, int mebibytes, String everything) {
        this.longest = (int) ((long) mebibytes * (1 << 20) / SHARES);
        this.gateways = gateways;
        this.purges = new ClusterPurges(everything);
        this.link = new AnswerLink(cluster, waits, purges);
    }

    /** Has that one told from now on; once. */
    public void listen(Listener listener) {
        link.start(listener);
    }

    /** Takes it on to have the request of that name answered, for that long at most. */
    public Future<Claim> claim(String name, Duration lease) {
        AnswerLink.@Nullable Maps now = link.maps();
        if (now == null || gateways.getAsInt() <= 1 || asked.get() >= MOST_ASKED) {
            return Future.fromCompletionStage(OURS);
        }
        byte[] claim = AnswerValue.claim(now.member(), numbers.getAndIncrement());
        claims.put(name, claim);
        return Future.fromCompletionStage(
                claim(now, name, claim, NONE, lease).exceptionally(unanswered -> new Claim.Ours()));
    }

    private CompletionStage<Claim> claim(
            AnswerLink.Maps now, String name, byte[] claim, byte[] voided, Duration lease) {
        return asked(now, name, claim, new AnswerClaim(claim, voided, lease.toMillis()))
                .orTimeout(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
                .thenCompose(known -> {
                    if (known == null) {
                        return OURS;
                    }
                    if (AnswerValue.isAnswer(known)) {
                        claims.remove(name, claim);
                        if (!link.knowsPurges()) {
                            return OURS; // it may be one that nobody is to serve
                        }
                        return CompletableFuture.completedStage(new Claim.Known(AnswerValue.sealed(known)));
                    }
                    if (voided.length == 0 && !now.hasMember(AnswerValue.member(known))) {
                        return claim(now, name, claim, known, lease);
                    }
                    return CompletableFuture.completedStage(theirs(now, name, claim, known, lease));
                });
    }

    /** What there is; one that is answered too late and has claimed nevertheless is given up, if it is over by then. */
    private CompletableFuture<byte @Nullable []> asked(
            AnswerLink.Maps now, String name, byte[] claim, AnswerClaim asking) {
        CompletableFuture<byte @Nullable []> answer = new CompletableFuture<>();
        asked.incrementAndGet();
        try {
            // Not on the thread that brings the answer: from there no other call can be made.
            var unused = now.claim(name, asking).whenComplete((known, failure) -> {
                asked.decrementAndGet();
                if (failure != null) {
                    answer.completeExceptionally(failure);
                    return;
                }
                answer.complete(known);
                if (known == null && claims.get(name) != claim) {
                    remove(now, name, claim);
                }
            });
        } catch (HazelcastException | IllegalStateException lost) { // the instance ends meanwhile
            asked.decrementAndGet();
            answer.completeExceptionally(lost);
        }
        return answer;
    }

    private Claim theirs(AnswerLink.Maps now, String name, byte[] claim, byte[] known, Duration lease) {
        Optional<Future<Void>> over = waits.add(name, known, lease);
        if (over.isEmpty()) {
            return new Claim.Ours(); // which nobody else knows
        }
        claims.remove(name, claim);
        link.look(now, name, known); // it may have ended before anybody waited
        return new Claim.Theirs(over.get());
    }

    /** Puts an answer where all find it, which ends a claim. Nobody changes the bytes. */
    public void put(String name, byte[] sealed, Duration ttl) {
        byte[] claim = claims.remove(name);
        AnswerLink.@Nullable Maps now = link.maps();
        if (now == null) {
            return;
        }
        if (ttl.toMillis() <= 0 || sealed.length > longest || sent.get() > MOST_SENT) {
            remove(now, name, claim);
            return;
        }
        sent.addAndGet(sealed.length);
        try {
            var unused = now.put(name, AnswerValue.answer(sealed), ttl)
                    .whenCompleteAsync((done, failure) -> sent.addAndGet(-sealed.length), Runnable::run);
        } catch (HazelcastException | IllegalStateException lost) { // the instance ends meanwhile
            sent.addAndGet(-sealed.length);
        }
    }

    /** Gives a claim up. */
    public void release(String name) {
        AnswerLink.@Nullable Maps now = link.maps();
        byte[] claim = claims.remove(name);
        if (now != null) {
            remove(now, name, claim);
        }
    }

    private static void remove(AnswerLink.Maps now, String name, byte @Nullable [] claim) {
        if (claim == null) {
            return;
        }
        try {
            var unused = now.remove(name, new AnswerRemoval(claim)); // else its lease ends it
        } catch (HazelcastException | IllegalStateException lost) {
            LOG.debug("a claim was not given up", lost);
        }
    }

    /** Takes answers out. */
    public void remove(Collection<String> names) {
        AnswerLink.@Nullable Maps now = link.maps();
        if (now == null || names.isEmpty()) {
            return;
        }
        try {
            var unused = now.removeAll(new HashSet<>(names)); // what stays is purged wherever it is read
        } catch (HazelcastException | IllegalStateException lost) {
            LOG.debug("answers were not taken out", lost);
        }
    }

    /** Has all others hear that answers of that scope are void: at once, or when this gateway is in the cluster again. */
    public void purge(String scope, Instant until) {
        purges.add(scope, until);
        link.wake();
    }

    /** Those who wait do so no more. */
    @Override
    public void close() {
        link.close();
    }

    /** Whether it is told what happens in the cluster. */
    boolean attached() {
        return link.maps() != null;
    }

    /** Bytes of answers that are on their way to the cluster. */
    long sending() {
        return sent.get();
    }

    /** How many wait for what others have claimed. */
    int waiting() {
        return waits.size();
    }

    /** How many claims of this gateway have not ended. */
    int claimed() {
        return claims.size();
    }
}
