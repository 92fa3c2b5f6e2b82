package dev.penstock.routing.policy.pick;

import dev.penstock.routing.LoadView;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.spi.Candidates;
import dev.penstock.routing.spi.Options;
import dev.penstock.routing.spi.Picker;
import dev.penstock.routing.spi.PickerFactory;
import java.util.Map;
import java.util.TreeMap;

/**
 * Drawn at random in proportion to the workers' weights: their capacities, or for a worker whose id is an option, that
 * number, from 0 to 1000000. Later attempts are drawn likewise from those that are left.
 */
public final class WeightedPicker implements Picker {
    private static final double MOST = 1_000_000;

    private final Map<String, Double> weights;

    /** Registers it. */
    public static final class Factory implements PickerFactory {
        @Override
        public String name() {
            return "weighted";
        }

        @Override
        public Picker create(Options options) {
            return new WeightedPicker(options);
        }
    }

    /**
     * With those weights.
     *
     * @throws IllegalArgumentException for a weight that is no number in its range
     */
    public WeightedPicker(Options options) {
        Map<String, Double> given = new TreeMap<>();
        options.values().keySet().forEach(worker -> given.put(worker, options.number(worker, 0, 0, MOST)));
        this.weights = Map.copyOf(given);
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
        double total = 0;
        for (int k = 0; k < count; k++) {
            costs[k] = weight(candidates, rows[k]);
            total += costs[k];
        }
        for (int i = 0; i < many; i++) {
            double drawn = context.random().nextDouble() * total;
            int k = i;
            while (k < count - 1 && drawn >= costs[k]) {
                drawn -= costs[k++];
            }
            total = Math.max(0, total - costs[k]);
            Order.swap(rows, costs, i, k);
            picked[i] = rows[i];
        }
        return many;
    }

    private double weight(Candidates candidates, int row) {
        if (weights.isEmpty()) {
            return candidates.worker(row).capacity();
        }
        Double given = weights.get(candidates.worker(row).id().value());
        return given == null ? candidates.worker(row).capacity() : given;
    }
}
