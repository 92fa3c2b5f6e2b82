package dev.penstock.gateway.cluster;

import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.map.IMap;
import dev.penstock.gateway.cluster.ClusterAnswers.Listener;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps who listens attached to the cluster's answers, whichever cluster this gateway is in: after a loss, or a merge with
 * another part, it is attached anew and all is read again. Events can be lost, so who waits is looked after from time to time.
 * All that blocks is on one thread of its own.
 */
final class AnswerLink implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AnswerLink.class);
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final Duration CHECK = Duration.ofMillis(500);
    private static final Duration AGAIN = Duration.ofSeconds(1);
    private static final int CHECKED = 256;
    private static final Duration ENDING = Duration.ofSeconds(2);

    private final Supplier<Optional<HazelcastInstance>> cluster;
    private final AnswerWaits waits;
    private final ClusterPurges purges;
    private final Semaphore wakes = new Semaphore(0);
    private final Thread thread =
            Thread.ofPlatform().daemon().name("cluster-answers").unstarted(this::run);
    private volatile @Nullable Listener listener;
    private volatile @Nullable Maps maps;
    private volatile boolean knowsPurges;
    private volatile boolean closing;

    /** What is attached, and how it is detached. */
    private @Nullable Attached attached;

    /**
     * The maps of one instance.
     *
     * @param member this gateway in that cluster
     */
    record Maps(HazelcastInstance of, UUID member, IMap<Object, Object> answers, IMap<Object, Object> purges) {
        boolean hasMember(UUID id) {
            return of.getCluster().getMembers().stream()
                    .anyMatch(each -> each.getUuid().equals(id));
        }

        // Anything may be in a map under any name; these change none but answers and claims.
        @SuppressWarnings({"unchecked", "rawtypes"})
        CompletionStage<byte @Nullable []> claim(String name, AnswerClaim claim) {
            return ((IMap) answers).submitToKey(name, claim);
        }

        @SuppressWarnings({"unchecked", "rawtypes"})
        CompletionStage<Boolean> remove(String name, AnswerRemoval removal) {
            return ((IMap) answers).submitToKey(name, removal);
        }

        @SuppressWarnings({"unchecked", "rawtypes"})
        CompletionStage<Map<String, Boolean>> removeAll(Set<String> names) {
            return ((IMap) answers).submitToKeys(names, new AnswerRemoval());
        }

        CompletionStage<Void> put(String name, byte[] value, Duration ttl) {
            return answers.setAsync(name, value, ttl.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private record Attached(Maps maps, AtomicBoolean merged, UUID purges, UUID members, UUID lifecycle, UUID answers) {
        void detach() {
            maps.answers.removeEntryListener(answers);
            maps.purges.removeEntryListener(purges);
            maps.of.getCluster().removeMembershipListener(members);
            maps.of.getLifecycleService().removeLifecycleListener(lifecycle);
        }
    }

    AnswerLink(Supplier<Optional<HazelcastInstance>> cluster, AnswerWaits waits, ClusterPurges purges) {
        this.cluster = cluster;
        this.waits = waits;
        this.purges = purges;
    }

    void start(Listener to) {
        listener = to;
        thread.start();
    }

    /** Those of the cluster that this gateway is in; null while it is in none, or not yet attached. */
    @Nullable
    Maps maps() {
        return maps;
    }

    /** Whether the purges of that cluster have been read: an answer from before may be one that nobody is to serve. */
    boolean knowsPurges() {
        return knowsPurges;
    }

    /** There is something to send. */
    void wake() {
        wakes.release();
    }

    private void run() {
        long checkedNanos = System.nanoTime();
        while (!closing) {
            boolean well = true;
            try {
                follow();
                if (System.nanoTime() - checkedNanos >= CHECK.toNanos()) {
                    checkedNanos = System.nanoTime();
                    check();
                }
            } catch (HazelcastException | IllegalStateException e) {
                well = false;
                LOG.warn("the cluster's answers were not read: {}", e.toString());
            } catch (InterruptedException end) {
                break;
            }
            try {
                if (wakes.tryAcquire((well ? LOOK : AGAIN).toMillis(), TimeUnit.MILLISECONDS)) {
                    wakes.drainPermits();
                }
            } catch (InterruptedException end) {
                break;
            }
        }
        maps = null;
        waits.end();
    }

    private void follow() throws InterruptedException {
        @Nullable HazelcastInstance now = cluster.get().orElse(null);
        @Nullable Attached before = attached;
        if (before != null && (before.maps.of != now || before.merged.get())) {
            maps = null;
            knowsPurges = false;
            attached = null;
            waits.end(); // what they wait for is not said here any more
            if (before.maps.of == now) {
                before.detach();
            }
        }
        if (now != null && attached == null) {
            attach(now);
        }
        @Nullable Maps current = maps;
        if (current != null) {
            purges.send(current.purges);
        }
    }

    private void attach(HazelcastInstance instance) throws InterruptedException {
        @Nullable Listener to = listener;
        if (to == null) {
            return;
        }
        Maps found = new Maps(
                instance,
                instance.getCluster().getLocalMember().getUuid(),
                instance.getMap(ClusterAnswers.MAP),
                instance.getMap(ClusterAnswers.PURGES));
        AtomicBoolean merged = new AtomicBoolean();
        AnswerFeed answers = new AnswerFeed(to, waits);
        PurgeFeed purged = new PurgeFeed(to);
        UUID lifecycle = instance.getLifecycleService().addLifecycleListener(event -> {
            if (event.getState() == LifecycleEvent.LifecycleState.MERGED) {
                merged.set(true);
                wake();
            }
        });
        attached = new Attached(
                found,
                merged,
                found.purges.addEntryListener(purged, true),
                instance.getCluster().addMembershipListener(answers),
                lifecycle,
                found.answers.addEntryListener(answers, true));
        maps = found; // who claims from here on is told; who did before is alone
        boolean read = false;
        try {
            purged.readAll(found.purges);
            knowsPurges = true;
            answers.readAll(found.answers);
            read = true;
        } finally {
            if (!read) {
                merged.set(true); // or it would not be read again
            }
        }
    }

    /** Ends waits that nobody has ended. */
    private void check() {
        waits.expire();
        @Nullable Maps now = maps;
        if (now == null) {
            waits.end();
            return;
        }
        waits.some(CHECKED)
                .forEach(
                        wait -> look(now, wait.getKey(), wait.getValue().claim().value()));
    }

    /** Looks whether a claim that is waited for is there, at a member that is there. */
    void look(Maps now, String name, byte[] claim) {
        if (!now.equals(maps) || !now.hasMember(AnswerValue.member(claim))) {
            waits.ended(name, claim);
            return;
        }
        try {
            var unused = now.answers
                    .getAsync(name)
                    .whenCompleteAsync(
                            (there, failure) -> {
                                if (failure == null) {
                                    found(name, claim, there);
                                }
                            },
                            Runnable::run);
        } catch (HazelcastException | IllegalStateException lost) { // the instance ends meanwhile
            waits.ended(name, claim);
        }
    }

    private void found(String name, byte[] claim, @Nullable Object there) {
        @Nullable Listener to = listener;
        if (to != null && there instanceof byte[] value && AnswerValue.isAnswer(value)) {
            to.put(name, AnswerValue.sealed(value)).onComplete(kept -> waits.answered(name));
        } else if (!(there instanceof byte[] value) || !Arrays.equals(value, claim)) {
            waits.ended(name, claim);
        }
    }

    @Override
    public void close() {
        closing = true;
        wake();
        if (!thread.isAlive()) {
            return; // never started
        }
        try {
            thread.join(ENDING);
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }
}
