package dev.penstock.loadtest.memory;

import java.util.Locale;

/** The gateways that are measured: the same but for their memory. */
public enum Subject {
    /** Without one. */
    PLAIN(""),
    /** Remembers requests by their form. */
    EXACT("""
            cache:
              any-temperature: true
            """),
    /** And by their meaning. */
    SEMANTIC("""
            cache:
              any-temperature: true
              semantic: {mode: serve, max-temperature: 2, checked: 0.001}
            """),
    /** And runs a request while it looks for its meaning. */
    SPECULATIVE("""
            cache:
              any-temperature: true
              semantic: {mode: serve, max-temperature: 2, checked: 0.001, speculative: true}
            """);

    private final String section;

    Subject(String section) {
        this.section = section;
    }

    /** What its configuration says of memory, in YAML; nothing where it has none. */
    public String section() {
        return section;
    }

    /** As reports write it. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
