package dev.penstock.gateway.cluster;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Gateways that have gone out of sight, and may go on elsewhere: as long as they may, their share of limits is theirs. One
 * whose address refuses connections has died; its share is free once all it had taken ahead has run out. One that cannot be
 * told about is taken to be on the other side of a partition until the retention is over.
 *
 * <p>Thread safe.
 */
final class MissingGateways {
    /** Whether somebody listens there. */
    enum Presence {
        /** The machine answers, and nobody listens. */
        REFUSED,
        UNKNOWN
    }

    /** Port: looks whether somebody listens; may block for a moment. */
    @FunctionalInterface
    interface Look {
        Presence at(InetSocketAddress address);
    }

    private final Duration lease;
    private final Duration retention;
    private final Look look;
    private final LongSupplier nanoTime;
    private final Map<InetSocketAddress, Missing> missing = new HashMap<>();
    private volatile int count;

    private record Missing(long sinceNanos, boolean dead) {}

    MissingGateways(Duration lease, Duration retention, Look look, LongSupplier nanoTime) {
        this.lease = lease;
        this.retention = retention;
        this.look = look;
        this.nanoTime = nanoTime;
    }

    synchronized void left(InetSocketAddress member) {
        missing.put(member, new Missing(nanoTime.getAsLong(), false));
        count = missing.size();
    }

    synchronized void joined(InetSocketAddress member) {
        missing.remove(member);
        count = missing.size();
    }

    /** How many. Asked for each request. */
    int count() {
        return count;
    }

    /** Whether it is out of sight and not known to be dead: what it had may be taken from there. */
    synchronized boolean mayGoOn(InetSocketAddress member) {
        Missing one = missing.get(member);
        return one != null && !one.dead();
    }

    /** Looks after them. Blocks for a moment for each. To be called twice a second. */
    void tick() {
        for (InetSocketAddress address : doubtful()) {
            if (look.at(address) == Presence.REFUSED) {
                died(address);
            }
        }
        expire(nanoTime.getAsLong());
    }

    private synchronized List<InetSocketAddress> doubtful() {
        return missing.entrySet().stream()
                .filter(each -> !each.getValue().dead())
                .map(Map.Entry::getKey)
                .toList();
    }

    private synchronized void died(InetSocketAddress address) {
        missing.computeIfPresent(address, (known, since) -> new Missing(nanoTime.getAsLong(), true));
    }

    private synchronized void expire(long now) {
        for (Iterator<Missing> each = missing.values().iterator(); each.hasNext(); ) {
            Missing one = each.next();
            if (now - one.sinceNanos() >= (one.dead() ? lease : retention).toNanos()) {
                each.remove();
            }
        }
        count = missing.size();
    }
}
