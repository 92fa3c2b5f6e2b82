package dev.penstock.protocol.announcement;

/** Checks of single values; the message names the field, the value and what was expected. */
final class Limits {
    private Limits() {}

    static void text(String field, String value, int minLength, int maxLength) {
        if (value.length() < minLength || value.length() > maxLength) {
            throw new IllegalArgumentException(
                    field + ": " + value.length() + " characters (expected: " + minLength + " to " + maxLength + ")");
        }
        if (value.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(field + ": holds a control character (expected: none)");
        }
    }

    static void range(String field, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    field + ": " + value + " (expected: an integer from " + min + " to " + max + ")");
        }
    }

    static void amount(String field, double value) {
        if (!Double.isFinite(value) || value < 0) {
            throw new IllegalArgumentException(field + ": " + value + " (expected: a finite number >= 0)");
        }
    }
}
