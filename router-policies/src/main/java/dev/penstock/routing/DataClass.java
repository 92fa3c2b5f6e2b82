package dev.penstock.routing;

import java.util.Locale;
import java.util.Optional;

/**
 * How far what a request says may travel, from the freest to the strictest. A site has a clearance of the same kind: the
 * strictest class it may see.
 */
public enum DataClass {
    /** May be seen by any site. */
    PUBLIC,
    /** May be seen by sites that are cleared for it: those on the operator's own ground, and whoever else is named. */
    INTERNAL,
    /** Never leaves the operator's own ground, whatever a site is cleared for. */
    PRIVATE;

    /** The stricter of the two. */
    public DataClass meet(DataClass other) {
        return compareTo(other) >= 0 ? this : other;
    }

    /** Its name on the wire and in configuration. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The class of that wire name; empty for one there is not. */
    public static Optional<DataClass> ofWireName(String wireName) {
        for (DataClass each : values()) {
            if (each.wireName().equals(wireName)) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }
}
