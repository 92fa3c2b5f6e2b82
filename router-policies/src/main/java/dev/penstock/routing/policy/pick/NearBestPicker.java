package dev.penstock.routing.policy.pick;

import dev.penstock.routing.LoadView;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.spi.Candidates;
import dev.penstock.routing.spi.Options;
import dev.penstock.routing.spi.Picker;
import dev.penstock.routing.spi.PickerFactory;
import java.util.List;

/**
 * About the cheapest: of those that cost at most {@code 1 + band} times the least, the cheaper of two drawn at random. So
 * gateways that have the same stale picture of a pool do not all go to the same worker, and what they give up for it is
 * bounded. Later attempts are drawn from the same few, then go by cost.
 *
 * <p>Now and then ({@code explore} of the requests) somebody is tried of whom too little is known: one drawn at random from
 * those that were learned from fewer than {@code cold} requests and are not forecast to cost more than {@code explore-cost}
 * times the least. A forecast that was begun too high would otherwise never be put right.
 *
 * <p>Options: {@code band}, from 0 to 10 (0.05); {@code explore}, from 0 to 1 (0.01); {@code cold}, from 0 to 1000000 (3);
 * {@code explore-cost}, from 1 to 100 (2).
 *
 * <p>Source of the sampling: the lesson of llm-d and of Prequal (arXiv 2312.10172, section 4) that always taking the best
 * makes herds; M. Mitzenmacher, "How useful is old information?", IEEE TPDS 11(1), 2000.
 */
public final class NearBestPicker implements Picker {
    /** Its options. */
    public static final List<String> OPTIONS = List.of("band", "explore", "cold", "explore-cost");

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
            return NearBestPicker.of(options);
        }
    }

    private NearBestPicker(double band, double explore, double cold, double exploreCost) {
        this.band = band;
        this.explore = explore;
        this.cold = cold;
        this.exploreCost = exploreCost;
    }

    /**
     * With those of its options that are given; others are not looked at.
     *
     * @throws IllegalArgumentException for values that it cannot take
     */
    public static NearBestPicker of(Options options) {
        return new NearBestPicker(
                options.number("band", 0.05, 0, 10),
                options.number("explore", 0.01, 0, 1),
                options.number("cold", 3, 0, 1_000_000),
                options.number("explore-cost", 2, 1, 100));
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
        double least = costs[Order.least(costs, 0, count)];
        int taken = explored(context, candidates, rows, count, costs, least);
        int near = Order.partition(rows, costs, taken, count, least + band * Math.abs(least));
        for (int i = taken; i < many; i++) {
            int next = i < near ? Order.cheaperOfTwo(costs, i, near, context.random()) : Order.least(costs, i, count);
            Order.swap(rows, costs, i, next);
        }
        System.arraycopy(rows, 0, picked, 0, many);
        return many;
    }

    /** Puts one of whom little is known in front, now and then; returns how many it put there. */
    private int explored(
            RoutingContext context, Candidates candidates, int[] rows, int count, double[] costs, double least) {
        if (explore == 0 || count == 1 || context.random().nextDouble() >= explore) {
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
