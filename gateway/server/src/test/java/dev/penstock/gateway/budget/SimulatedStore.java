package dev.penstock.gateway.budget;

import dev.penstock.store.Budgets;
import dev.penstock.store.Budgets.Holding;
import dev.penstock.store.Budgets.Lease;
import dev.penstock.store.Budgets.Standing;
import dev.penstock.store.Database;
import dev.penstock.store.Ledger;
import dev.penstock.store.LedgerEntry;
import dev.penstock.store.StoreException;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.LongUnaryOperator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A real store that is away at times, for all gateways or for some, and whose answers are lost at times. */
final class SimulatedStore {
    private final Map<String, String> periods = new HashMap<>();
    private final Map<String, Long> limits = new HashMap<>();
    private final Set<String> cut = new HashSet<>();
    private boolean down;
    private boolean honest;
    private @Nullable Database database;
    private Random random = new Random(0);
    private InstantSource clock = InstantSource.system();

    void open(Database opened, Random chance, InstantSource time) {
        database = opened;
        random = chance;
        clock = time;
    }

    void down(boolean now) {
        down = now;
    }

    /** Whether that gateway is cut off from it. */
    void cut(String node, boolean now) {
        if (now) {
            cut.add(node);
        } else {
            cut.remove(node);
        }
    }

    /** No answer is lost from now on. */
    void honest() {
        honest = true;
    }

    /** The budget and the period of a lease. */
    String period(String lease) {
        return Objects.requireNonNull(periods.get(lease), lease);
    }

    long limit(String period) {
        return Objects.requireNonNull(limits.get(period), period);
    }

    private Database reached() {
        return Objects.requireNonNull(database);
    }

    private <T> T asked(String node, Supplier<T> question) {
        if (down || cut.contains(node)) {
            throw new StoreException.Unavailable("away", new IOException("away"));
        }
        T answer = question.get();
        if (!honest && random.nextInt(25) == 0) {
            throw new StoreException.Unavailable("done, but who knows", new IOException("lost"));
        }
        return answer;
    }

    int append(String node, List<LedgerEntry> entries) {
        return asked(node, () -> new Ledger(reached()).append(entries));
    }

    /** As that gateway sees it. */
    Optional<Treasury> treasury(String node) {
        Treasury real = Treasury.of(new Budgets(reached(), clock));
        return Optional.of(new Treasury() {
            @Override
            public Holding hold(Lease lease, long limit, LongUnaryOperator change) {
                String period = lease.budget() + " " + lease.starts();
                periods.put(lease.id(), period);
                limits.put(period, limit);
                return asked(node, () -> real.hold(lease, limit, change));
            }

            @Override
            public void close(String lease) {
                asked(node, () -> {
                    real.close(lease);
                    return true;
                });
            }

            @Override
            public List<Lease> open(String of) {
                return asked(node, () -> real.open(of));
            }

            @Override
            public Standing standing(String budget, Instant starts) {
                return asked(node, () -> real.standing(budget, starts));
            }

            @Override
            public boolean claimAlert(String budget, Instant starts, int share, String by, Instant since) {
                return asked(node, () -> real.claimAlert(budget, starts, share, by, since));
            }

            @Override
            public void told(String budget, Instant starts, int share) {
                asked(node, () -> {
                    real.told(budget, starts, share);
                    return true;
                });
            }
        });
    }
}
