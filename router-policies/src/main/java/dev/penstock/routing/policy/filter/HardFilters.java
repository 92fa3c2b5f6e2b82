package dev.penstock.routing.policy.filter;

import dev.penstock.routing.spi.Filter;
import dev.penstock.routing.spi.FilterFactory;
import dev.penstock.routing.spi.Options;
import java.util.ArrayList;
import java.util.List;

/**
 * The rules that hold under every policy, in their order: what the worker can do, where the request may run, who is alive,
 * what fits, how good, how dear and how late it may be, and at last who has room. So a request that may run at the edge only
 * waits for an edge worker to have room, and is never told that others have.
 */
public final class HardFilters {
    private static final List<FilterFactory> BEFORE_ROOM = List.of(
            new CapabilityFilter.Factory(),
            new PlacementFilter.Factory(),
            new AliveFilter.Factory(),
            new ContextLengthFilter.Factory(),
            new MinQualityFilter.Factory(),
            new MaxCostFilter.Factory(),
            new DeadlineFilter.Factory());

    private HardFilters() {}

    /** All of them, with others of the operator's before the last, which is room. */
    public static List<Filter> with(List<Filter> others) {
        List<Filter> all = new ArrayList<>();
        BEFORE_ROOM.forEach(factory -> all.add(factory.create(Options.NONE)));
        all.addAll(others);
        all.add(new RoomFilter());
        return List.copyOf(all);
    }
}
