package dev.penstock.gateway.cluster;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Who waits at this gateway for what another has claimed. Bounded, and each wait ends with its claim, or its lease.
 *
 * <p>Thread safe.
 */
final class AnswerWaits {
    private static final int MOST = 10_000;

    private final LongSupplier nanoTime;
    private final Map<String, Wait> waits = new ConcurrentHashMap<>();

    /** For the end of one claim. */
    record Wait(Claimed claim, long untilNanos, Promise<Void> over) {}

    /** A claim as it is in the cluster: compared by its bytes. */
    @SuppressWarnings("ArrayRecordComponent") // compared by what is in it
    record Claimed(byte[] value) {
        UUID member() {
            return AnswerValue.member(value);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Claimed that && Arrays.equals(value, that.value);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(value);
        }
    }

    AnswerWaits(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Completes when the claim has ended; empty where too many wait. */
    Optional<Future<Void>> add(String name, byte[] claim, Duration lease) {
        if (waits.size() >= MOST) {
            return Optional.empty();
        }
        Claimed claimed = new Claimed(claim);
        Wait fresh = new Wait(claimed, nanoTime.getAsLong() + lease.toNanos(), Promise.promise());
        Wait known = waits.putIfAbsent(name, fresh);
        while (known != null && !known.claim.equals(claimed)) {
            if (waits.replace(name, known, fresh)) {
                known.over.tryComplete(); // whatever it waited for, there is another now
                break;
            }
            known = waits.putIfAbsent(name, fresh);
        }
        return Optional.of((known != null && known.claim.equals(claimed) ? known : fresh).over.future());
    }

    /** Those that nobody has ended, a few of them at most. */
    List<Map.Entry<String, Wait>> some(int most) {
        return waits.entrySet().stream().limit(most).toList();
    }

    /** The name is answered. */
    void answered(String name) {
        endIf(wait -> true, name);
    }

    /** That claim has ended. */
    void ended(String name, byte[] claim) {
        Claimed claimed = new Claimed(claim);
        endIf(wait -> wait.claim.equals(claimed), name);
    }

    /** The member has gone, and its claims are void. */
    void left(UUID member) {
        endAll(wait -> wait.claim.member().equals(member));
    }

    /** Those whose lease is over. */
    void expire() {
        long now = nanoTime.getAsLong();
        endAll(wait -> now - wait.untilNanos >= 0);
    }

    /** All. */
    void end() {
        endAll(wait -> true);
    }

    int size() {
        return waits.size();
    }

    private void endAll(Predicate<Wait> meant) {
        waits.keySet().forEach(name -> endIf(meant, name));
    }

    private void endIf(Predicate<Wait> meant, String name) {
        Wait wait = waits.get(name);
        if (wait != null && meant.test(wait) && waits.remove(name, wait)) {
            wait.over.tryComplete();
        }
    }
}
