package dev.penstock.loadtest.memory;

import java.util.Locale;

/**
 * The gateways that are measured: the same but for their memory. Those that look for meanings may be wrong as often as can be
 * said, since the mock answers other words with other words: a few checks would close them otherwise, as they should.
 */
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
              semantic: {mode: serve, max-temperature: 2, checked: 0.001, max-false-hit-rate: 0.5}
            """),
    /** And runs a request while it looks for its meaning. */
    SPECULATIVE("""
            cache:
              any-temperature: true
              semantic: {mode: serve, max-temperature: 2, checked: 0.001, max-false-hit-rate: 0.5, speculative: true}
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
