package dev.penstock.worker.config;

import java.util.Locale;
import java.util.Optional;

/** How far what a request says may travel, from the freest to the strictest. */
public enum DataClass {
    /** To any site. */
    PUBLIC,
    /** To sites that are cleared for it. */
    INTERNAL,
    /** It never leaves the operator's own ground. */
    PRIVATE;

    /** Its name on the wire. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The class of that wire name; empty for one there is not. */
    public static Optional<DataClass> ofWireName(String name) {
        for (DataClass each : values()) {
            if (each.wireName().equals(name)) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }
}
