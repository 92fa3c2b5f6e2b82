package dev.penstock.runtime.config;

import dev.penstock.runtime.config.ScalarType.Surroundings;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;

/** The inclusive bounds of a value, as text for people and as values for the check. */
record Bounds(String min, String max, Optional<Comparable<Object>> least, Optional<Comparable<Object>> most) {
    static final Bounds NONE = new Bounds("", "", Optional.empty(), Optional.empty());

    static Bounds of(Range range, ScalarType type) {
        return new Bounds(range.min(), range.max(), bound(range.min(), type), bound(range.max(), type));
    }

    @SuppressWarnings("unchecked") // What a bounded type parses to is comparable with itself.
    private static Optional<Comparable<Object>> bound(String text, ScalarType type) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        Surroundings none = new Surroundings(Path.of(""), SecretResolver.of(Map.of()), new HashSet<>());
        if (type.parser().parse(text, none) instanceof Comparable<?> comparable) {
            return Optional.of((Comparable<Object>) comparable);
        }
        throw new IllegalStateException("@Range on a " + type.noun() + " (expected: a number, duration or size)");
    }

    boolean admits(Object value) {
        return least.map(bound -> bound.compareTo(value) <= 0).orElse(true)
                && most.map(bound -> bound.compareTo(value) >= 0).orElse(true);
    }

    /** {@code  from 1 to 5}, {@code  >= 1}, {@code  <= 5}, or nothing; with a leading space. */
    String words() {
        if (min.isEmpty()) {
            return max.isEmpty() ? "" : " <= " + max;
        }
        return max.isEmpty() ? " >= " + min : " from " + min + " to " + max;
    }
}
