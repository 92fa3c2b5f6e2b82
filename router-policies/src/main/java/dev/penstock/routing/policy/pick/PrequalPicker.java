package dev.penstock.routing.policy.pick;

import dev.penstock.routing.LoadView;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.spi.Candidates;
import dev.penstock.routing.spi.Options;
import dev.penstock.routing.spi.Picker;
import dev.penstock.routing.spi.PickerFactory;
import java.util.Arrays;
import java.util.List;

/**
 * Hot and cold, as Prequal has it: of a pool of at most {@code pool} drawn at random, those with more requests in flight than
 * the quantile {@code hot} of the pool are hot. Of the cold, the one of the lowest cost, which is to be a latency; where all
 * are hot, the one with the fewest requests in flight. In flight counts those of other gateways too.
 *
 * <p>Options: {@code hot}, from 0 to 1 (0.84, which is 2^-0.25); {@code pool}, from 1 to 256 (16).
 *
 * <p>Source: B. Wydrowski, R. Kleinberg, S. Rumble, A. Archer, "Load is not what you should balance: Introducing Prequal",
 * NSDI 2024, arXiv 2312.10172: the HCL rule, Q_RIF = 2^-0.25, a pool of 16 probes. Here nothing is probed: what the paper's
 * probes ask, our signals tell.
 */
public final class PrequalPicker implements Picker {
    /** Its options. */
    public static final List<String> OPTIONS = List.of("hot", "pool");

    private static final double HOT_QUANTILE = Math.pow(2, -0.25);

    private final double hot;
    private final int pool;

    /** Registers it. */
    public static final class Factory implements PickerFactory {
        @Override
        public String name() {
            return "prequal";
        }

        @Override
        public Picker create(Options options) {
            options.allow(OPTIONS.toArray(String[]::new));
            return new PrequalPicker(options);
        }
    }

    /**
     * With those of its options that are given; others are not looked at.
     *
     * @throws IllegalArgumentException for values that it cannot take
     */
    public PrequalPicker(Options options) {
        this.hot = options.number("hot", HOT_QUANTILE, 0, 1);
        this.pool = options.integer("pool", 16, 1, 256);
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
        int drawn = Math.min(count, Math.max(pool, many));
        for (int i = 0; i < drawn; i++) {
            Order.swap(rows, costs, i, i + context.random().nextInt(count - i));
        }
        double[] inFlight = new double[drawn];
        for (int i = 0; i < drawn; i++) {
            inFlight[i] = inFlight(candidates, load, rows[i]);
        }
        double[] sorted = inFlight.clone();
        Arrays.sort(sorted);
        double hottest = sorted[Math.max(0, (int) Math.ceil(hot * drawn) - 1)];
        for (int i = 0; i < many; i++) {
            int best = i;
            for (int k = i + 1; k < drawn; k++) {
                best = better(inFlight, costs, hottest, k, best) ? k : best;
            }
            Order.swap(rows, costs, i, best);
            double moved = inFlight[i];
            inFlight[i] = inFlight[best];
            inFlight[best] = moved;
            picked[i] = rows[i];
        }
        return many;
    }

    private static boolean better(double[] inFlight, double[] costs, double hottest, int one, int other) {
        boolean hotOne = inFlight[one] > hottest;
        boolean hotOther = inFlight[other] > hottest;
        if (hotOne != hotOther) {
            return hotOther;
        }
        return hotOne ? inFlight[one] < inFlight[other] : costs[one] < costs[other];
    }

    private static double inFlight(Candidates candidates, LoadView load, int row) {
        int slot = candidates.slot(row);
        return (double) load.inFlight(slot) + load.foreignLoad(slot);
    }
}
