package dev.penstock.routing.policy.pick;

import dev.penstock.routing.Directory;
import dev.penstock.routing.LoadView;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.Worker;
import dev.penstock.routing.WorkerId;
import dev.penstock.routing.spi.Candidates;
import dev.penstock.routing.spi.Options;
import dev.penstock.routing.spi.Picker;
import dev.penstock.routing.spi.PickerFactory;
import java.util.List;

/**
 * SGLang's cache-aware rule. Where the pool is imbalanced, which is where {@code most - fewest > abs} and {@code most > rel x
 * fewest} requests, the worker with the fewest. Else, where more than {@code threshold} of the prompt is in somebody's
 * cache, whoever has most of it. Else whoever has the least in its cache: the one that was given the fewest tokens that it
 * did not have. Later attempts go by the fewest requests.
 *
 * <p>What is in a cache is what the gateway knows of who was sent what, by blocks of tokens; the source has a tree of
 * characters. Requests count those of other gateways too. What each worker was given is counted for
 * {@link dev.penstock.routing.Directory#MAX_WORKERS} workers at most.
 *
 * <p>Options: {@code threshold}, from 0 to 1 (0.5); {@code abs}, from 0 to 1000000 (32); {@code rel}, from 1 to 1000 (1.1).
 *
 * <p>Source: SGLang router ({@code sgl-router/src/policies/cache_aware.rs}), whose command line has 0.5, 32 and 1.1.
 */
public final class SglangPicker implements Picker {
    /** Its options. */
    public static final List<String> OPTIONS = List.of("threshold", "abs", "rel");

    private final double threshold;
    private final double abs;
    private final double rel;
    private final Given[] given = new Given[Directory.MAX_WORKERS];

    /** What the worker of a slot was given. */
    private static final class Given {
        private final WorkerId worker;
        private double tokens;

        Given(WorkerId worker) {
            this.worker = worker;
        }
    }

    /** Registers it. */
    public static final class Factory implements PickerFactory {
        @Override
        public String name() {
            return "sglang-cache-aware";
        }

        @Override
        public Picker create(Options options) {
            options.allow(OPTIONS.toArray(String[]::new));
            return new SglangPicker(options);
        }
    }

    /**
     * With those of its options that are given; others are not looked at.
     *
     * @throws IllegalArgumentException for values that it cannot take
     */
    public SglangPicker(Options options) {
        this.threshold = options.number("threshold", 0.5, 0, 1);
        this.abs = options.number("abs", 32, 0, 1_000_000);
        this.rel = options.number("rel", 1.1, 1, 1000);
    }

    @Override
    public int pick(
            RoutingContext context,
            Candidates candidates,
            LoadView load,
            int[] rows,
            int count,
            double[] costs,
            int[] picked) {
        int many = Math.min(picked.length, count);
        double fewest = Double.POSITIVE_INFINITY;
        double most = 0;
        for (int k = 0; k < count; k++) {
            int slot = candidates.slot(rows[k]);
            costs[k] = (double) load.inFlight(slot) + load.foreignLoad(slot);
            fewest = Math.min(fewest, costs[k]);
            most = Math.max(most, costs[k]);
        }
        boolean imbalanced = most - fewest > abs && most > rel * fewest;
        synchronized (given) {
            int first = imbalanced
                    ? Order.least(costs, 0, count)
                    : cached(candidates, rows, count, context.demand().promptTokens());
            Order.swap(rows, costs, 0, first);
            Given to = given(candidates.worker(rows[0]));
            to.tokens += context.demand().promptTokens() - candidates.cachedTokens(rows[0]);
        }
        for (int i = 1; i < many; i++) {
            Order.swap(rows, costs, i, Order.least(costs, i, count));
        }
        System.arraycopy(rows, 0, picked, 0, many);
        return many;
    }

    private int cached(Candidates candidates, int[] rows, int count, double promptTokens) {
        int longest = 0;
        int emptiest = 0;
        for (int k = 1; k < count; k++) {
            longest = candidates.cachedTokens(rows[k]) > candidates.cachedTokens(rows[longest]) ? k : longest;
            emptiest = given(candidates.worker(rows[k])).tokens < given(candidates.worker(rows[emptiest])).tokens
                    ? k
                    : emptiest;
        }
        return candidates.cachedTokens(rows[longest]) > threshold * promptTokens ? longest : emptiest;
    }

    /** A worker that has the slot of one that left begins with nothing. */
    private Given given(Worker worker) {
        Given known = given[worker.slot()];
        if (known == null || !known.worker.equals(worker.id())) {
            known = new Given(worker.id());
            given[worker.slot()] = known;
        }
        return known;
    }
}
