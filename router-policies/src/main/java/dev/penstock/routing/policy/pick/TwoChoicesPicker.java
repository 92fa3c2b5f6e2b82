package dev.penstock.routing.policy.pick;

import dev.penstock.routing.LoadView;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.spi.Candidates;
import dev.penstock.routing.spi.Options;
import dev.penstock.routing.spi.Picker;
import dev.penstock.routing.spi.PickerFactory;

/**
 * The power of two choices: of two drawn at random, the cheaper; each later attempt likewise, of those that are left.
 *
 * <p>Source: M. Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing", IEEE TPDS 12(10), 2001.
 */
public final class TwoChoicesPicker implements Picker {
    /** Registers it. */
    public static final class Factory implements PickerFactory {
        @Override
        public String name() {
            return "two-choices";
        }

        @Override
        public Picker create(Options options) {
            options.allow();
            return new TwoChoicesPicker();
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
            Order.swap(rows, costs, i, Order.cheaperOfTwo(costs, i, count, context.random()));
            picked[i] = rows[i];
        }
        return many;
    }
}
