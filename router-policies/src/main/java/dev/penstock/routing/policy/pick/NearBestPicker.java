package dev.penstock.routing.policy.pick;

import dev.penstock.routing.LoadView;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.policy.score.Prediction;
import dev.penstock.routing.spi.Candidates;
import dev.penstock.routing.spi.Options;
import dev.penstock.routing.spi.Picker;
import dev.penstock.routing.spi.PickerFactory;
import java.util.List;

/**
 * About the cheapest: of those near it, the cheaper of two drawn at random. So gateways that have the same stale picture of a
 * pool do not all go to the same worker.
 *
 * <p>Near are those whose cost is at most {@code 1 + band} times the least, and those that the requests not seen yet would
 * go to: other gateways, whose load was last told {@code age} ago, have sent about {@code unseen = foreign load x age /
 * seconds of a request} since then (Little's law). They too fill the cheapest first, up to the level at which {@code sum of
 * (level - cost) = unseen x what one more request adds to the cost of the next}. A gateway alone, or one that was told just
 * now, has no unseen requests and takes the cheapest. Later attempts are drawn from the same few, then go by cost.
 *
 * <p>Now and then ({@code explore} of the requests) somebody is tried of whom too little is known: one drawn at random from
 * those that were learned from fewer than {@code cold} requests and are not forecast to cost more than {@code explore-cost}
 * times the least. A forecast that was begun too high would otherwise never be put right.
 *
 * <p>Options: {@code band}, from 0 to 10 (0.02); {@code explore}, from 0 to 1 (0.01); {@code cold}, from 0 to 1000000 (3);
 * {@code explore-cost}, from 1 to 100 (2).
 *
 * <p>Source: M. Dahlin, "Interpreting Stale Load Information", IEEE TPDS 11(10), 2000 (load interpretation: what has arrived
 * since the report fills the emptiest first); M. Mitzenmacher, "How Useful Is Old Information?", IEEE TPDS 11(1), 2000 (a
 * random two of the stale best, rather than the best).
 */
public final class NearBestPicker implements Picker {
    /** Its options. */
    public static final List<String> OPTIONS = List.of("band", "explore", "cold", "explore-cost");

    private static final double MILLIS = 1000;
    private static final double LEVEL_PRECISION = 1e-3;

    private final boolean inDollars;
    private final double band;
    private final double explore;
    private final double cold;
    private final double exploreCost;

    /** Registers it. */
    public static final class Factory implements PickerFactory {
        @Override
        public String name() {
            return "near-best";
        }

        @Override
        public Picker create(Options options) {
            options.allow(OPTIONS.toArray(String[]::new));
            return NearBestPicker.inDollars(options);
        }
    }

    private NearBestPicker(boolean inDollars, Options options) {
        this.inDollars = inDollars;
        this.band = options.number("band", 0.02, 0, 10);
        this.explore = options.number("explore", 0.01, 0, 1);
        this.cold = options.number("cold", 3, 0, 1_000_000);
        this.exploreCost = options.number("explore-cost", 2, 1, 100);
    }

    /**
     * For costs in dollars, with those of its options that are given; others are not looked at.
     *
     * @throws IllegalArgumentException for values that it cannot take
     */
    public static NearBestPicker inDollars(Options options) {
        return new NearBestPicker(true, options);
    }

    /**
     * For costs in seconds, with those of its options that are given; others are not looked at.
     *
     * @throws IllegalArgumentException for values that it cannot take
     */
    public static NearBestPicker inSeconds(Options options) {
        return new NearBestPicker(false, options);
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
        if (count == 1) {
            picked[0] = rows[0];
            return 1;
        }
        int best = Order.least(costs, 0, count);
        double least = costs[best];
        double level =
                Math.max(least + band * Math.abs(least), level(context, candidates, load, rows, count, costs, best));
        int taken = explored(context, candidates, rows, count, costs, least);
        int near = Order.partition(rows, costs, taken, count, level);
        for (int i = taken; i < many; i++) {
            int next = i < near ? Order.cheaperOfTwo(costs, i, near, context.random()) : Order.least(costs, i, count);
            Order.swap(rows, costs, i, next);
        }
        System.arraycopy(rows, 0, picked, 0, many);
        return many;
    }

    /** The cost up to which the requests that are not seen yet fill the pool. */
    private double level(
            RoutingContext context,
            Candidates candidates,
            LoadView load,
            int[] rows,
            int count,
            double[] costs,
            int best) {
        long age = load.ageMillis(candidates.slot(rows[best]));
        double foreign = age > 0 ? foreign(candidates, load, rows, count) : 0;
        if (foreign == 0) {
            return costs[best];
        }
        Prediction prediction = new Prediction(context).at(candidates, load, rows[best]);
        double unseen = foreign * Math.min(1, age / MILLIS / prediction.seconds());
        double each = prediction.secondsOfOneMore(candidates, rows[best])
                * (inDollars ? context.worth().dollarsPerSecond() : 1);
        return filled(costs, count, costs[best], unseen * each);
    }

    private static double foreign(Candidates candidates, LoadView load, int[] rows, int count) {
        long foreign = 0;
        for (int k = 0; k < count; k++) {
            foreign += load.foreignLoad(candidates.slot(rows[k]));
        }
        return foreign;
    }

    /** The level to which so much fills the costs: what is above it takes nothing, so it is left out and tried again. */
    private static double filled(double[] costs, int count, double least, double amount) {
        double level = least + amount;
        while (true) {
            double sum = 0;
            int below = 0;
            for (int k = 0; k < count; k++) {
                if (costs[k] <= level) {
                    sum += costs[k];
                    below++;
                }
            }
            double lower = Math.max(least, (amount + sum) / below);
            if (!(lower < level * (1 - LEVEL_PRECISION))) {
                return level;
            }
            level = lower;
        }
    }

    /** Puts one of whom little is known in front, now and then; returns how many it put there. */
    private int explored(
            RoutingContext context, Candidates candidates, int[] rows, int count, double[] costs, double least) {
        if (explore == 0 || context.random().nextDouble() >= explore) {
            return 0;
        }
        int found = 0;
        for (int k = 0; k < count; k++) {
            if (costs[k] <= exploreCost * least
                    && candidates.forecast(rows[k]).observations(context.nowNanos()) < cold) {
                Order.swap(rows, costs, k, found++);
            }
        }
        if (found == 0) {
            return 0;
        }
        Order.swap(rows, costs, 0, context.random().nextInt(found));
        return 1;
    }
}
