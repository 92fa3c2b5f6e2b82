package dev.penstock.routing;

import java.util.Locale;
import java.util.Optional;

/**
 * Something a request can need that not every model or engine can do. A worker declares what it can; what is not declared
 * is missing, and asking for it is refused with the name of the parameter that asked.
 */
public enum Capability {
    CHAT("messages"),
    COMPLETION("prompt"),
    EMBEDDING("input"),
    TOOLS("tools"),
    JSON_OBJECT("response_format"),
    JSON_SCHEMA("response_format"),
    LOGPROBS("logprobs"),
    VISION("messages"),
    AUDIO("messages"),
    SUFFIX("suffix"),
    DIMENSIONS("dimensions");

    private final String parameter;

    Capability(String parameter) {
        this.parameter = parameter;
    }

    /** The request parameter that asks for it, for the error that refuses it. */
    public String parameter() {
        return parameter;
    }

    /** Its name on the wire and in configuration: {@code json-schema}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Several as the bits of one number, to compare many at once; the bits are the same within one process only. */
    @SuppressWarnings("EnumOrdinal") // never stored, never sent
    public static long bits(Iterable<Capability> capabilities) {
        long bits = 0;
        for (Capability capability : capabilities) {
            bits |= 1L << capability.ordinal();
        }
        return bits;
    }

    /** The capability of that wire name; empty for one this version does not know. */
    public static Optional<Capability> ofWireName(String wireName) {
        for (Capability capability : values()) {
            if (capability.wireName().equals(wireName)) {
                return Optional.of(capability);
            }
        }
        return Optional.empty();
    }
}
