package dev.penstock.routing;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;

/**
 * What must hold of whoever runs a request. Those of the configuration, of the key and of the request itself combine by
 * {@link #meet}, which is associative, commutative and idempotent: none can loosen what another has said, in whatever order
 * they come, and {@link #NONE} changes nothing.
 *
 * @param dataClass how far what it says may travel
 * @param placement edge or cloud
 * @param regions the region labels it may run in; empty is any. A site with no label is then in none of them
 * @param sites the sites it may run at, by name; empty is any
 * @param maxCostUsd the most it may cost, in US dollars, at least 0; a worker whose price is unknown is then out
 * @param deadline the longest it may take, from its receipt to its last byte, more than zero
 * @param minQuality the least quality of the model, from 0 to 1; a model of unknown quality is then out
 */
public record Constraints(
        DataClass dataClass,
        Placement placement,
        Optional<Set<String>> regions,
        Optional<Set<String>> sites,
        OptionalDouble maxCostUsd,
        Optional<Duration> deadline,
        OptionalDouble minQuality) {
    /** Whatever. */
    public static final Constraints NONE = new Constraints(
            DataClass.PUBLIC,
            Placement.AUTO,
            Optional.empty(),
            Optional.empty(),
            OptionalDouble.empty(),
            Optional.empty(),
            OptionalDouble.empty());

    public Constraints {
        regions = regions.map(Set::copyOf);
        sites = sites.map(Set::copyOf);
        maxCostUsd.ifPresent(cost -> {
            if (!(cost >= 0) || Double.isInfinite(cost)) {
                throw new IllegalArgumentException("max-cost-usd: " + cost + " (expected: a finite number >= 0)");
            }
        });
        deadline.ifPresent(limit -> {
            if (limit.isNegative() || limit.isZero()) {
                throw new IllegalArgumentException("deadline: " + limit + " (expected: more than zero)");
            }
        });
        minQuality.ifPresent(quality -> {
            if (!(quality >= 0 && quality <= 1)) {
                throw new IllegalArgumentException("min-quality: " + quality + " (expected: 0 to 1)");
            }
        });
    }

    /** At whatever site. */
    public Constraints(
            DataClass dataClass,
            Placement placement,
            Optional<Set<String>> regions,
            OptionalDouble maxCostUsd,
            Optional<Duration> deadline,
            OptionalDouble minQuality) {
        this(dataClass, placement, regions, Optional.empty(), maxCostUsd, deadline, minQuality);
    }

    /** The same, at these sites alone, of which there may be none. */
    public Constraints at(Set<String> names) {
        return meet(new Constraints(
                NONE.dataClass,
                NONE.placement,
                Optional.empty(),
                Optional.of(names),
                OptionalDouble.empty(),
                Optional.empty(),
                OptionalDouble.empty()));
    }

    /** Both at once. */
    public Constraints meet(Constraints other) {
        return new Constraints(
                dataClass.meet(other.dataClass),
                placement.meet(other.placement),
                common(regions, other.regions),
                common(sites, other.sites),
                lower(maxCostUsd, other.maxCostUsd),
                deadline.isEmpty()
                        ? other.deadline
                        : other.deadline
                                .map(theirs -> theirs.compareTo(deadline.get()) < 0 ? theirs : deadline.get())
                                .or(() -> deadline),
                higher(minQuality, other.minQuality));
    }

    private static Optional<Set<String>> common(Optional<Set<String>> ours, Optional<Set<String>> theirs) {
        if (ours.isEmpty() || theirs.isEmpty()) {
            return ours.or(() -> theirs);
        }
        Set<String> both = new TreeSet<>(ours.get());
        both.retainAll(theirs.get());
        return Optional.of(both);
    }

    private static OptionalDouble lower(OptionalDouble one, OptionalDouble other) {
        return one.isEmpty() ? other : other.isEmpty() || one.getAsDouble() <= other.getAsDouble() ? one : other;
    }

    private static OptionalDouble higher(OptionalDouble one, OptionalDouble other) {
        return one.isEmpty() ? other : other.isEmpty() || one.getAsDouble() >= other.getAsDouble() ? one : other;
    }

    /** Whether what the request says may be seen at the site: data class, placement, region and site. The rest is no secret. */
    public boolean permits(Site site) {
        boolean edge = site.kind() == Site.Kind.EDGE;
        if (!edge && (dataClass == DataClass.PRIVATE || placement == Placement.EDGE_ONLY)) {
            return false;
        }
        if (dataClass.compareTo(site.clearance()) > 0) {
            return false;
        }
        if (sites.filter(names -> !names.contains(site.name())).isPresent()) {
            return false;
        }
        return regions.isEmpty() || (!site.region().isEmpty() && regions.get().contains(site.region()));
    }
}
