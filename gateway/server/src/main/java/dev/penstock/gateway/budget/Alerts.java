package dev.penstock.gateway.budget;

import dev.penstock.store.Budgets.Standing;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells, once a period and in the whole cluster, that a share of a budget is spent. Which gateway tells is settled by a row
 * of the store; where it does not get to it, another one does.
 *
 * <p>On the thread that keeps leases, but for the answers of the channel.
 */
final class Alerts {
    private static final Logger LOG = LoggerFactory.getLogger(Alerts.class);
    /** Whoever claimed an alert has told it by then, or is gone. */
    private static final Duration CLAIM = Duration.ofMinutes(2);

    private static final int MOST_KNOWN = 100_000;
    private static final int LOOKS = 3;

    private final AlertChannel channel;
    private final String node;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final Map<Alert.Key, Boolean> known = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Alert.Key, Boolean> eldest) {
            return size() > MOST_KNOWN;
        }
    };
    private final Deque<Due> due = new ArrayDeque<>();
    private final Queue<Alert.Key> told = new ConcurrentLinkedQueue<>();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();

    /** To be claimed then, for the so-manieth time. */
    private record Due(Alert alert, int looks, long atNanos) {}

    Alerts(AlertChannel channel, String node, InstantSource clock, LongSupplier nanoTime) {
        this.channel = channel;
        this.node = node;
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    /** A budget stands so. The whole of it is spent, too, where requests are refused since nearly nothing is left. */
    void look(Budget budget, Instant starts, Standing standing, boolean refused) {
        for (int share : budget.alertAt()) {
            boolean reached = standing.settled() >= Math.ceil((double) budget.limit() * share / Budget.WHOLE)
                    || (share == Budget.WHOLE && refused);
            Alert alert = new Alert(budget, starts, share, standing.settled());
            if (reached && budget.limit() > 0 && known.putIfAbsent(alert.key(), true) == null) {
                due.add(new Due(alert, 0, nanoTime.getAsLong()));
            }
        }
    }

    /** Claims what is to be told, and notes what was. Blocks. */
    void settle(Treasury store) {
        for (Alert.Key key = told.peek(); key != null; key = told.peek()) {
            store.told(key.budget(), key.starts(), key.share());
            told.remove();
        }
        long now = nanoTime.getAsLong();
        List<Due> ripe = new ArrayList<>(due);
        ripe.removeIf(each -> each.atNanos() - now > 0);
        for (Due each : ripe) {
            Alert alert = each.alert();
            boolean ours = store.claimAlert(
                    alert.budget().id(),
                    alert.starts(),
                    alert.share(),
                    node,
                    clock.instant().minus(CLAIM));
            due.remove(each);
            if (ours) {
                tell(alert);
            }
            if (each.looks() < LOOKS) {
                due.add(new Due(alert, each.looks() + 1, now + CLAIM.toNanos()));
            }
        }
    }

    private void tell(Alert alert) {
        LOG.warn(
                "{}: {} of {} spent, {} %",
                alert.budget(),
                alert.budget().told(alert.spent()),
                alert.budget().told(alert.budget().limit()),
                alert.share() / 100.0);
        channel.tell(alert, well -> {
            (well ? sent : failed).incrementAndGet();
            if (well) {
                told.add(alert.key());
            }
        });
    }

    /** Alerts that were told. */
    long sent() {
        return sent.get();
    }

    /** Alerts that could not be told, however often that was tried. */
    long failed() {
        return failed.get();
    }
}
