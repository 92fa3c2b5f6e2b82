package dev.penstock.routing.spi;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The options of a component, as they stand in the configuration: names and their values as text.
 *
 * @param values by name
 */
public record Options(Map<String, String> values) {
    /** None: everything at its default. */
    public static final Options NONE = new Options(Map.of());

    public Options {
        values = Map.copyOf(values);
    }

    /**
     * A number.
     *
     * @throws IllegalArgumentException naming the option, its value and the range
     */
    public double number(String name, double otherwise, double min, double max) {
        String text = values.get(name);
        if (text == null) {
            return otherwise;
        }
        double value;
        try {
            value = Double.parseDouble(text);
        } catch (NumberFormatException e) {
            value = Double.NaN;
        }
        if (!(value >= min && value <= max)) {
            throw new IllegalArgumentException(
                    name + ": " + text + " (expected: a number from " + min + " to " + max + ")");
        }
        return value;
    }

    /**
     * A whole number.
     *
     * @throws IllegalArgumentException naming the option, its value and the range
     */
    public int integer(String name, int otherwise, int min, int max) {
        double value = number(name, otherwise, min, max);
        if (value != Math.rint(value)) {
            throw new IllegalArgumentException(name + ": " + values.get(name) + " (expected: a whole number)");
        }
        return (int) value;
    }

    /**
     * Refuses options that a component does not have.
     *
     * @throws IllegalArgumentException naming one and those there are
     */
    public void allow(String... known) {
        Set<String> unknown = new TreeSet<>(values.keySet());
        for (String name : known) {
            unknown.remove(name);
        }
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(unknown.iterator().next() + ": unknown option (expected: "
                    + (known.length == 0 ? "none" : String.join(", ", known)) + ")");
        }
    }
}
