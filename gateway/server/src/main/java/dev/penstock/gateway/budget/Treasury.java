package dev.penstock.gateway.budget;

import dev.penstock.store.Budgets;
import dev.penstock.store.Budgets.Holding;
import dev.penstock.store.Budgets.Lease;
import dev.penstock.store.Budgets.Standing;
import java.time.Instant;
import java.util.List;
import java.util.function.LongUnaryOperator;

/**
 * What all gateways take from: {@link Budgets} of the store. All of it blocks, and fails with
 * {@link dev.penstock.store.StoreException.Unavailable} where the store does not answer.
 */
interface Treasury {
    Holding hold(Lease lease, long limit, LongUnaryOperator change);

    void close(String lease);

    List<Lease> open(String node);

    Standing standing(String budget, Instant starts);

    boolean claimAlert(String budget, Instant starts, int share, String node, Instant since);

    void told(String budget, Instant starts, int share);

    static Treasury of(Budgets budgets) {
        return new Treasury() {
            @Override
            public Holding hold(Lease lease, long limit, LongUnaryOperator change) {
                return budgets.hold(lease, limit, change);
            }

            @Override
            public void close(String lease) {
                budgets.close(lease);
            }

            @Override
            public List<Lease> open(String node) {
                return budgets.open(node);
            }

            @Override
            public Standing standing(String budget, Instant starts) {
                return budgets.standing(budget, starts);
            }

            @Override
            public boolean claimAlert(String budget, Instant starts, int share, String node, Instant since) {
                return budgets.claimAlert(budget, starts, share, node, since);
            }

            @Override
            public void told(String budget, Instant starts, int share) {
                budgets.told(budget, starts, share);
            }
        };
    }
}
