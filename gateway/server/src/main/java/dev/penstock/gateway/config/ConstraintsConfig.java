package dev.penstock.gateway.config;

import dev.penstock.routing.Constraints;
import dev.penstock.routing.DataClass;
import dev.penstock.routing.Placement;
import dev.penstock.runtime.config.Default;
import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Example;
import dev.penstock.runtime.config.Range;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/** What must hold of whoever runs a request. */
@Doc("""
        What must hold of whoever runs a request. Those of the gateway, of the key and of the request's own headers hold
        together: each can only tighten what the others say.""")
public record ConstraintsConfig(
        @Doc("""
                How far what a request says may travel. `public`: to any site. `internal`: to sites with that clearance.
                `private`: it never leaves your own ground. Header: `x-penstock-data-class`.""") @Default("public") DataClass dataClass,

        @Doc("""
                `edge-only`: never in a cloud. `edge-first`: at the edge until it is full or too slow. `cloud-first`: in a
                cloud while somebody there takes it. `auto`: wherever is best. Of two, the one that keeps more at the edge
                holds. Header: `x-penstock-placement`.""") @Default("auto") Placement placement,

        @Doc("""
                The region labels of sites it may run in; none is any. A site without a label is then in none of them.
                Header: `x-penstock-region`, separated by commas.""") List<String> regions,

        @Doc("""
                The most a request may cost, in US dollars; workers whose price is not known are then out. Header:
                `x-penstock-max-cost-usd`.""") @Example("0.05") @Range(min = "0", max = "1000000")
        Optional<Double> maxCostUsd,

        @Doc("""
                The longest a request may take, from its receipt to its last byte; `clocks.deadline` holds besides. Header:
                `x-penstock-deadline-ms`.""") @Example("30s") @Range(min = "1ms", max = "24h")
        Optional<Duration> deadline,

        @Doc("""
                The least quality of the model, from 0 to 1; models whose quality nobody has said are then out. Header:
                `x-penstock-min-quality`.""") @Example("0.6") @Range(min = "0", max = "1")
        Optional<Double> minQuality) {
    /** None. */
    public static final ConstraintsConfig NONE = new ConstraintsConfig(
            DataClass.PUBLIC, Placement.AUTO, List.of(), Optional.empty(), Optional.empty(), Optional.empty());

    /** The most regions that one list may name. */
    public static final int MAX_REGIONS = 64;

    public ConstraintsConfig {
        regions = List.copyOf(regions);
        if (regions.size() > MAX_REGIONS) {
            throw new IllegalArgumentException(
                    "regions: " + regions.size() + " (expected: at most " + MAX_REGIONS + ")");
        }
        regions.forEach(region -> Names.requireLabel("regions", region));
        Names.requireDistinct("regions", "name", regions);
    }

    /** As routing knows them. */
    public Constraints constraints() {
        return new Constraints(
                dataClass,
                placement,
                regions.isEmpty() ? Optional.empty() : Optional.of(Set.copyOf(regions)),
                number(maxCostUsd),
                deadline,
                number(minQuality));
    }

    private static OptionalDouble number(Optional<Double> value) {
        return value.isPresent() ? OptionalDouble.of(value.get()) : OptionalDouble.empty();
    }
}
