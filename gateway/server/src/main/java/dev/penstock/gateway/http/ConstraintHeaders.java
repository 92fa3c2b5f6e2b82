package dev.penstock.gateway.http;

import dev.penstock.gateway.pipeline.Hops;
import dev.penstock.protocol.ApiError;
import dev.penstock.protocol.JsonRejectedException;
import dev.penstock.routing.Constraints;
import dev.penstock.routing.DataClass;
import dev.penstock.routing.Placement;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a client's own headers say of whoever may run its request. Nothing is read leniently: whoever writes {@code Private}
 * or {@code x-penstock-dataclass} means something, and would not learn that it was passed over until it is too late.
 */
final class ConstraintHeaders {
    private static final String PREFIX = "x-penstock-";
    private static final int MAX_LABELS = 64;
    private static final int MAX_ECHO_CHARS = 64;
    private static final int MAX_VALUE_CHARS = 4096;
    private static final double MAX_COST_USD = 1e6;
    private static final long MAX_DEADLINE_MILLIS = Duration.ofHours(24).toMillis();
    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
    private static final Pattern DECIMAL = Pattern.compile("[0-9]{1,9}(?:\\.[0-9]{1,12})?");
    private static final Pattern MILLIS = Pattern.compile("[0-9]{1,9}");

    /** The headers there are. */
    enum Name {
        DATA_CLASS("public, internal or private"),
        PLACEMENT("edge-only, edge-first, cloud-first or auto"),
        REGION("region labels such as eu-west-1, separated by commas, no one twice, at most " + MAX_LABELS),
        SITE("names of sites such as plant-7, separated by commas, no one twice, at most " + MAX_LABELS),
        MAX_COST_USD("a number of US dollars from 0 to 1000000, such as 0.05"),
        DEADLINE_MS("a whole number of milliseconds from 1 to 86400000"),
        MIN_QUALITY("a number from 0 to 1, such as 0.6");

        private final String expected;

        Name(String expected) {
            this.expected = expected;
        }

        /** As it stands on the wire: {@code x-penstock-data-class}. */
        String header() {
            return PREFIX + name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        private static @Nullable Name of(String header) {
            for (Name each : values()) {
                if (each.header().equals(header)) {
                    return each;
                }
            }
            return null;
        }
    }

    private ConstraintHeaders() {}

    /**
     * Reads them.
     *
     * @param headers all headers of a request, a repeated one as often as it was sent
     * @throws JsonRejectedException a 400 that names the header, its value and what was expected
     */
    static Constraints read(Iterable<Map.Entry<String, String>> headers) throws JsonRejectedException {
        EnumMap<Name, String> given = new EnumMap<>(Name.class);
        for (Map.Entry<String, String> header : headers) {
            if (header.getKey().regionMatches(true, 0, PREFIX, 0, PREFIX.length())) {
                String name = header.getKey().toLowerCase(Locale.ROOT);
                if (name.equals(Hops.HEADER)) {
                    continue; // where it comes from, no constraint
                }
                Name known = Name.of(name);
                if (known == null) {
                    throw refused(cut(name), "unknown header", "one of " + names());
                }
                if (given.put(known, header.getValue()) != null) {
                    throw refused(name, "given twice", "once");
                }
            }
        }
        return given.isEmpty() ? Constraints.NONE : parse(given);
    }

    private static Constraints parse(Map<Name, String> given) throws JsonRejectedException {
        return new Constraints(
                value(given, Name.DATA_CLASS, DataClass::ofWireName).orElse(DataClass.PUBLIC),
                value(given, Name.PLACEMENT, Placement::ofWireName).orElse(Placement.AUTO),
                value(given, Name.REGION, ConstraintHeaders::labels),
                value(given, Name.SITE, ConstraintHeaders::labels),
                number(given, Name.MAX_COST_USD, MAX_COST_USD),
                value(given, Name.DEADLINE_MS, ConstraintHeaders::millis),
                number(given, Name.MIN_QUALITY, 1));
    }

    /** Reads one value; empty for what is none. */
    @FunctionalInterface
    private interface Reader<T> {
        Optional<T> read(String text);
    }

    private static <T> Optional<T> value(Map<Name, String> given, Name name, Reader<T> reader)
            throws JsonRejectedException {
        String text = given.get(name);
        if (text == null) {
            return Optional.empty();
        }
        Optional<T> value = text.length() > MAX_VALUE_CHARS ? Optional.empty() : reader.read(text);
        if (value.isEmpty()) {
            throw refused(name.header(), text.isEmpty() ? "empty" : visible(text), name.expected);
        }
        return value;
    }

    private static OptionalDouble number(Map<Name, String> given, Name name, double most) throws JsonRejectedException {
        Optional<Double> value = value(given, name, text -> Optional.of(text)
                .filter(DECIMAL.asMatchPredicate())
                .map(Double::parseDouble)
                .filter(number -> number <= most));
        return value.isPresent() ? OptionalDouble.of(value.get()) : OptionalDouble.empty();
    }

    private static Optional<Duration> millis(String text) {
        return Optional.of(text)
                .filter(MILLIS.asMatchPredicate())
                .map(Long::parseLong)
                .filter(millis -> millis >= 1 && millis <= MAX_DEADLINE_MILLIS)
                .map(Duration::ofMillis);
    }

    private static Optional<Set<String>> labels(String text) {
        Set<String> labels = new LinkedHashSet<>();
        for (String part : text.split(",", -1)) {
            String label = part.strip();
            if (!LABEL.matcher(label).matches() || !labels.add(label) || labels.size() > MAX_LABELS) {
                return Optional.empty();
            }
        }
        return Optional.of(labels);
    }

    private static String names() {
        StringBuilder names = new StringBuilder();
        for (Name each : Name.values()) {
            names.append(names.isEmpty() ? "" : ", ").append(each.header());
        }
        return names.toString();
    }

    private static String visible(String text) {
        return "\"" + cut(text.replaceAll("[^\\x20-\\x7e]", "?")) + "\"";
    }

    private static String cut(String text) {
        return text.length() > MAX_ECHO_CHARS ? text.substring(0, MAX_ECHO_CHARS) + "..." : text;
    }

    private static JsonRejectedException refused(String header, String found, String expected) {
        return new JsonRejectedException(
                ApiError.invalid(header, header + ": " + found + " (expected: " + expected + ")"));
    }
}
