package dev.penstock.loadtest.matrix;

import java.util.Locale;

/**
 * One measured number.
 *
 * @param name what was measured
 * @param value NaN where it could not be measured, which keeps no bound
 * @param unit empty for a count
 * @param bound what it must keep
 * @param limit of the bound
 */
public record Figure(String name, double value, String unit, Bound bound, double limit) {
    /** What a value must keep. */
    public enum Bound {
        /** Nothing: it is told only. */
        NONE,
        /** Not above its limit. */
        AT_MOST,
        /** Not below its limit. */
        AT_LEAST,
        /** Its limit, exactly. */
        EXACTLY
    }

    /** Whether it did. */
    public boolean kept() {
        return switch (bound) {
            case NONE -> true;
            case AT_MOST -> value <= limit;
            case AT_LEAST -> value >= limit;
            case EXACTLY -> value == limit;
        };
    }

    /** Its name and value; where it did not keep its bound, the bound, too. */
    public String text() {
        String text = name + " " + number(value, unit);
        return kept() ? text : text + " (!" + expected() + ")";
    }

    private String expected() {
        String sign =
                switch (bound) {
                    case NONE -> "";
                    case AT_MOST -> "<= ";
                    case AT_LEAST -> ">= ";
                    case EXACTLY -> "= ";
                };
        return " " + sign + number(limit, unit);
    }

    private static String number(double value, String unit) {
        String digits = value == Math.rint(value) && Math.abs(value) < 1e15
                ? String.format(Locale.ROOT, "%,d", (long) value)
                : String.format(Locale.ROOT, Math.abs(value) < 10 ? "%.2f" : "%,.1f", value);
        return unit.isEmpty() ? digits : digits + " " + unit;
    }
}
