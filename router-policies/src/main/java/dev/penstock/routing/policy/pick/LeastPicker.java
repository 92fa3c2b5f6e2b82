package dev.penstock.routing.policy.pick;

import dev.penstock.routing.LoadView;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.spi.Candidates;
import dev.penstock.routing.spi.Options;
import dev.penstock.routing.spi.Picker;
import dev.penstock.routing.spi.PickerFactory;

/** The cheapest first; of those that cost exactly the same, one drawn at random. */
public final class LeastPicker implements Picker {
    /** Registers it. */
    public static final class Factory implements PickerFactory {
        @Override
        public String name() {
            return "least";
        }

        @Override
        public Picker create(Options options) {
            options.allow();
            return new LeastPicker();
        }
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
        for (int i = 0; i < many; i++) {
            double least = costs[Order.least(costs, i, count)];
            int equals = Order.partition(rows, costs, i, count, least) - i;
            Order.swap(rows, costs, i, i + (equals == 1 ? 0 : context.random().nextInt(equals)));
            picked[i] = rows[i];
        }
        return many;
    }
}
