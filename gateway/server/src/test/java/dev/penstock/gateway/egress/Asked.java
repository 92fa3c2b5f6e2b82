package dev.penstock.gateway.egress;

import dev.penstock.routing.Constraints;
import dev.penstock.routing.DataClass;
import dev.penstock.routing.Placement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * What somebody demands of whoever runs a request, as the words it would be written in; empty is nothing said. It is judged
 * here by rules of its own, so that a mistake in those of the router is not made twice.
 */
record Asked(
        String dataClass,
        String placement,
        String regions,
        String sites,
        String maxCostUsd,
        String deadlineMillis,
        String quality) {
    static final Asked NOTHING = new Asked("", "", "", "", "", "", "");

    private static final List<String> CLASSES = List.of("public", "internal", "private");

    /** Drawn at random; the more likely {@code loose}, the less is asked. */
    static Asked random(SplittableRandom random, int loose) {
        return new Asked(
                pick(random, loose, "public", "internal", "private", "private"),
                pick(random, loose, "auto", "edge-only", "edge-first", "cloud-first"),
                pick(random, loose * 2, "eu", "us", "eu,us", "eu,us,mars", "mars"),
                pick(random, loose * 2, "plant", "rented", "plant,rented", "plant,moon", "moon"),
                pick(random, loose * 2, "0", "0.0001", "1", "100"),
                pick(random, loose * 2, "1", "400", "5000", "60000"),
                pick(random, loose * 3, "0.1", "0.4", "0.8", "0.99"));
    }

    private static String pick(SplittableRandom random, int loose, String... values) {
        return random.nextInt(loose) > 0 ? "" : values[random.nextInt(values.length)];
    }

    List<String> headers() {
        List<String> headers = new ArrayList<>();
        add(headers, "x-penstock-data-class", dataClass);
        add(headers, "x-penstock-placement", placement);
        add(headers, "x-penstock-region", regions);
        add(headers, "x-penstock-site", sites);
        add(headers, "x-penstock-max-cost-usd", maxCostUsd);
        add(headers, "x-penstock-deadline-ms", deadlineMillis);
        add(headers, "x-penstock-min-quality", quality);
        return headers;
    }

    private static void add(List<String> headers, String name, String value) {
        if (!value.isEmpty()) {
            headers.add(name);
            headers.add(value);
        }
    }

    /** As a key or the gateway says it. */
    Constraints constraints() {
        return new Constraints(
                DataClass.ofWireName(dataClass).orElse(DataClass.PUBLIC),
                Placement.ofWireName(placement).orElse(Placement.AUTO),
                regions.isEmpty() ? Optional.empty() : Optional.of(Set.of(regions.split(","))),
                sites.isEmpty() ? Optional.empty() : Optional.of(Set.of(sites.split(","))),
                maxCostUsd.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(Double.parseDouble(maxCostUsd)),
                deadlineMillis.isEmpty()
                        ? Optional.empty()
                        : Optional.of(Duration.ofMillis(Long.parseLong(deadlineMillis))),
                quality.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(Double.parseDouble(quality)));
    }

    /** Where a server really stands. */
    record Place(boolean edge, String region, String clearance) {
        String site() {
            return edge ? "plant" : "rented";
        }
    }

    /** Whether what is asked by all of these lets a server there see the request. */
    static boolean mayBeSeenAt(Place place, List<Asked> all) {
        for (Asked asked : all) {
            boolean secret = asked.dataClass.equals("private") || asked.placement.equals("edge-only");
            boolean uncleared = CLASSES.indexOf(asked.dataClass) > CLASSES.indexOf(place.clearance());
            boolean elsewhere = !asked.regions.isEmpty()
                    && !List.of(asked.regions.split(",")).contains(place.region());
            boolean offSite =
                    !asked.sites.isEmpty() && !List.of(asked.sites.split(",")).contains(place.site());
            if ((secret && !place.edge()) || uncleared || elsewhere || offSite) {
                return false;
            }
        }
        return true;
    }

    static boolean isPrivate(List<Asked> all) {
        return all.stream().anyMatch(asked -> asked.dataClass.equals("private"));
    }
}
