package dev.penstock.routing;

import java.util.Locale;
import java.util.Optional;

/**
 * Where a request may run, or rather runs, from the freest to the strictest. It is a chain, so that what several say of one
 * request has one answer whatever their order: of two, the one that keeps more at the edge.
 */
public enum Placement {
    /** Wherever is best. */
    AUTO,
    /** In the cloud while somebody there takes it, else at the edge. */
    CLOUD_FIRST,
    /** At the edge until it is full, or too slow; then in the cloud. */
    EDGE_FIRST,
    /** At the edge or not at all. */
    EDGE_ONLY;

    /** The stricter of the two. */
    public Placement meet(Placement other) {
        return compareTo(other) >= 0 ? this : other;
    }

    /** Its name on the wire and in configuration: {@code edge-only}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The placement of that wire name; empty for one there is not. */
    public static Optional<Placement> ofWireName(String wireName) {
        for (Placement each : values()) {
            if (each.wireName().equals(wireName)) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }
}
