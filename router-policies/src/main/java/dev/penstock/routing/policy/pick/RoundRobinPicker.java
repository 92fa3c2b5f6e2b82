package dev.penstock.routing.policy.pick;

import dev.penstock.routing.LoadView;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.spi.Candidates;
import dev.penstock.routing.spi.Options;
import dev.penstock.routing.spi.Picker;
import dev.penstock.routing.spi.PickerFactory;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One after another, in the order of the workers' ids; later attempts are those that follow. Counted for each model apart:
 * two that are asked for in turn would otherwise see every second worker only. Bounded: more than {@link #MAX_COUNTERS}
 * models share one count.
 */
public final class RoundRobinPicker implements Picker {
    private static final int MAX_COUNTERS = 1024;

    private final ConcurrentMap<ModelId, AtomicInteger> counters = new ConcurrentHashMap<>();
    private final AtomicInteger shared = new AtomicInteger();

    /** Registers it. */
    public static final class Factory implements PickerFactory {
        @Override
        public String name() {
            return "round-robin";
        }

        @Override
        public Picker create(Options options) {
            options.allow();
            return new RoundRobinPicker();
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
        int first = Math.floorMod(counter(context.model()).getAndIncrement(), count);
        for (int i = 0; i < many; i++) {
            picked[i] = rows[(first + i) % count];
        }
        return many;
    }

    private AtomicInteger counter(ModelId model) {
        AtomicInteger known = counters.get(model);
        if (known != null) {
            return known;
        }
        return counters.size() < MAX_COUNTERS ? counters.computeIfAbsent(model, each -> new AtomicInteger()) : shared;
    }
}
