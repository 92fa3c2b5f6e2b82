package dev.penstock.loadtest.simulation.pool;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.loadtest.simulation.engine.EngineShape;
import dev.penstock.loadtest.simulation.trace.Arrivals;
import dev.penstock.loadtest.simulation.trace.Synthetic;
import dev.penstock.loadtest.simulation.trace.Synthetic.Like;
import dev.penstock.loadtest.simulation.trace.Trace;
import dev.penstock.routing.NoCandidate;
import dev.penstock.routing.RoutingPolicy;
import dev.penstock.routing.policy.Policies;
import dev.penstock.routing.spi.Candidates;
import dev.penstock.routing.spi.Filter;
import dev.penstock.routing.spi.Options;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Many gateways with the same old picture of a pool: whoever always takes what looks best makes a herd of them. */
final class HerdingTest {
    private static final EngineShape ENGINE = new EngineShape(0.01, 1e-4, 0.01, 2, 64, 2048, 524_288);
    private static final Signals STALE = new Signals(3_000_000_000L, 0, false, 30_000_000_000L, true);

    @Test
    void gatewaysThatTakeWhatLooksBestAllTakeTheSame() {
        double herd = p99(() -> Policies.named("round-robin", Options.NONE, List.of(new OnlyLeastReported())));
        double balanced = p99(() -> Policies.named("balanced", Options.NONE, List.of()));
        assertTrue(balanced < 0.5 * herd, "99th percentile of the first token: " + balanced + " s against " + herd);
    }

    private static double p99(Supplier<RoutingPolicy> policy) {
        Trace trace = Synthetic.trace(Like.AZURE_CONVERSATION, Arrivals.POISSON, 6000, 5)
                .atRate(30);
        Setup plain = Pools.setup(Pools.alike(8, ENGINE, 64), 8, policy, List.of(), 5);
        Setup stale = new Setup(
                plain.members(),
                plain.gateways(),
                policy,
                NoLearning::new,
                plain.models(),
                plain.worth(),
                0,
                STALE,
                plain.queueLength(),
                plain.queueNanos(),
                List.of(),
                5);
        Records records = PoolRun.run(stale, trace).records();
        double[] seconds = IntStream.range(0, records.size())
                .mapToDouble(records::firstTokenSeconds)
                .sorted()
                .toArray();
        return seconds[(int) (0.99 * Arrays.stream(seconds).count())];
    }

    /** Leaves only whoever reported the least: what a gateway does that goes by scraped figures alone. */
    private static final class OnlyLeastReported implements Filter {
        @Override
        public int keep(
                dev.penstock.routing.RoutingContext context,
                Candidates candidates,
                dev.penstock.routing.LoadView load,
                int[] rows,
                int count) {
            int best = 0;
            for (int k = 1; k < count; k++) {
                if (load.reportedLoad(candidates.slot(rows[k])) < load.reportedLoad(candidates.slot(rows[best]))) {
                    best = k;
                }
            }
            rows[0] = rows[best];
            return 1;
        }

        @Override
        public NoCandidate refusal(
                dev.penstock.routing.RoutingContext context,
                Candidates candidates,
                dev.penstock.routing.LoadView load,
                int[] rows,
                int count) {
            return new NoCandidate.AllBusy(context.model());
        }
    }
}
