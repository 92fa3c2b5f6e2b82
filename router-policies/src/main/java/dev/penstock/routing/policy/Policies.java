package dev.penstock.routing.policy;

import dev.penstock.routing.RoutingPolicy;
import dev.penstock.routing.policy.ComposedPolicy.Weighted;
import dev.penstock.routing.policy.filter.HardFilters;
import dev.penstock.routing.spi.Filter;
import dev.penstock.routing.spi.FilterFactory;
import dev.penstock.routing.spi.Options;
import dev.penstock.routing.spi.PickerFactory;
import dev.penstock.routing.spi.PolicyFactory;
import dev.penstock.routing.spi.ScorerFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.function.Function;

/** Policies by name: those of this module, and whatever else is registered as a service on the class path. */
public final class Policies {
    /** The policy of whoever names none. */
    public static final String DEFAULT = "balanced";

    private Policies() {}

    /**
     * A component of a composition, by its name.
     *
     * @param options its own
     * @param weight of a scorer; nothing to others
     */
    public record Component(String name, Options options, double weight) {
        /** With its defaults, at a weight of one. */
        public Component(String name) {
            this(name, Options.NONE, 1);
        }
    }

    /** The names there are, in order. */
    public static List<String> names() {
        return List.copyOf(policies().keySet());
    }

    /** The names of the filters there are, in order. */
    public static List<String> filterNames() {
        return List.copyOf(filters().keySet());
    }

    /** The names of the scorers there are, in order. */
    public static List<String> scorerNames() {
        return List.copyOf(scorers().keySet());
    }

    /** The names of the pickers there are, in order. */
    public static List<String> pickerNames() {
        return List.copyOf(pickers().keySet());
    }

    /**
     * The policy of that name, a new one: what state it has is its own.
     *
     * @param options its own, and those of every policy: {@code spill-seconds}, {@code resume-seconds}
     * @param extraFilters applied after the hard filters and before room
     * @throws IllegalArgumentException for a name there is not, or options it does not have or cannot take
     */
    public static RoutingPolicy named(String name, Options options, List<Filter> extraFilters) {
        return find("policy", policies(), name).create(HardFilters.with(extraFilters), options);
    }

    /**
     * A filter by name.
     *
     * @throws IllegalArgumentException for a name there is not, or options it does not have or cannot take
     */
    public static Filter filter(Component component) {
        return find("filter", filters(), component.name()).create(component.options());
    }

    /**
     * A policy of the operator's own composition, beside the hard filters, which it has too.
     *
     * @param name what its plans give as their reason
     * @param filters after the hard filters and before room
     * @param scorers ratios alone, or seconds and dollars
     * @param options those of every policy
     * @throws IllegalArgumentException for names there are not, options they do not have or cannot take, or units that do
     *     not add up
     */
    public static RoutingPolicy compose(
            String name, List<Component> filters, List<Component> scorers, Component picker, Options options) {
        options.allow(ComposedPolicy.options());
        return new ComposedPolicy(
                name,
                HardFilters.with(filters.stream().map(Policies::filter).toList()),
                scorers.stream().map(Policies::scorer).toList(),
                find("picker", pickers(), picker.name()).create(picker.options()),
                options);
    }

    private static Weighted scorer(Component component) {
        return new Weighted(
                component.name(),
                find("scorer", scorers(), component.name()).create(component.options()),
                component.weight());
    }

    private static Map<String, PolicyFactory> policies() {
        return registered(PolicyFactory.class, PolicyFactory::name);
    }

    private static Map<String, FilterFactory> filters() {
        return registered(FilterFactory.class, FilterFactory::name);
    }

    private static Map<String, ScorerFactory> scorers() {
        return registered(ScorerFactory.class, ScorerFactory::name);
    }

    private static Map<String, PickerFactory> pickers() {
        return registered(PickerFactory.class, PickerFactory::name);
    }

    private static <T> T find(String kind, Map<String, T> known, String name) {
        T found = known.get(name);
        if (found == null) {
            throw new IllegalArgumentException(
                    kind + ": " + name + " (expected: one of " + String.join(", ", known.keySet()) + ")");
        }
        return found;
    }

    private static <T> Map<String, T> registered(Class<T> kind, Function<T, String> name) {
        Map<String, T> byName = new TreeMap<>();
        List<T> all = new ArrayList<>();
        ServiceLoader.load(kind, Policies.class.getClassLoader()).forEach(all::add);
        for (T each : all) {
            T other = byName.put(name.apply(each), each);
            if (other != null) {
                throw new IllegalArgumentException(kind.getSimpleName() + ": " + name.apply(each) + " is registered by "
                        + other.getClass().getName() + " and " + each.getClass().getName()
                        + " (expected: each name once)");
            }
        }
        return byName;
    }
}
