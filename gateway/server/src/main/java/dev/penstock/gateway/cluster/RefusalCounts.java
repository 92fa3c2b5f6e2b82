package dev.penstock.gateway.cluster;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Counts records that were not believed, and says so in the log: of each kind at most one in ten seconds, and of each
 * worker once that it is shut out.
 */
final class RefusalCounts {
    private static final Logger LOG = LoggerFactory.getLogger(RefusalCounts.class);
    private static final long QUIET_NANOS = Duration.ofSeconds(10).toNanos();

    private final Map<RefusalReason, LongAdder> counts = new EnumMap<>(RefusalReason.class);
    private final Map<RefusalReason, AtomicLong> saidNanos = new EnumMap<>(RefusalReason.class);
    private final ReplayWatch replays = new ReplayWatch();
    private final LongSupplier nanoClock;
    private final Supplier<Duration> lease;

    RefusalCounts(LongSupplier nanoClock, Supplier<Duration> lease) {
        this.nanoClock = nanoClock;
        this.lease = lease;
        for (RefusalReason reason : RefusalReason.values()) {
            counts.put(reason, new LongAdder());
            saidNanos.put(reason, new AtomicLong(nanoClock.getAsLong() - QUIET_NANOS));
        }
    }

    void count(RefusalReason reason, String key, String detail) {
        of(reason).increment();
        AtomicLong said = Objects.requireNonNull(saidNanos.get(reason));
        long last = said.get();
        long now = nanoClock.getAsLong();
        if (reason == RefusalReason.REPLAYED
                && replays.refused(key, now, lease.get().toNanos())) {
            LOG.warn(
                    "worker {} is shut out: its records have been numbered too low for longer than a lease, {}. Either two"
                            + " workers announce themselves as {}, or the clock of its machine went back (expected: a"
                            + " worker id of its own; or the clock put right, then a restart of the worker)",
                    key,
                    detail,
                    key);
        }
        if (now - last >= QUIET_NANOS && said.compareAndSet(last, now)) {
            boolean printable = key.matches("[A-Za-z0-9._:/-]{1,128}");
            // A record that comes late, by the slower of two ways, is numbered below one that came before it.
            LOG.atLevel(reason == RefusalReason.REPLAYED ? Level.DEBUG : Level.WARN)
                    .log("record of worker {} refused: {}", printable ? key : "(unprintable)", detail);
        }
    }

    LongAdder of(RefusalReason reason) {
        return Objects.requireNonNull(counts.get(reason));
    }
}
