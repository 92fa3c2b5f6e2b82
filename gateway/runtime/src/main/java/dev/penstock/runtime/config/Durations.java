package dev.penstock.runtime.config;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as a configuration writes them: {@code 250ms}, {@code 20s}, {@code 5m}, {@code 12h}, {@code 30d}. */
public final class Durations {
    private static final Pattern SYNTAX = Pattern.compile("(\\d{1,12})\\s?(us|ms|s|m|h|d)");

    private Durations() {}

    /**
     * Parses a whole number with a unit; a bare {@code 0} is no time at all.
     *
     * @throws IllegalArgumentException when the text is no duration
     */
    public static Duration parse(String text) {
        if (text.equals("0")) {
            return Duration.ZERO;
        }
        Matcher matcher = SYNTAX.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(text + " (expected: a duration such as 250ms, 20s or 5m)");
        }
        long count = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "us" -> Duration.ofNanos(count * 1000);
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
        };
    }

    /** The duration with the largest unit that divides it, as {@link #parse} reads it; what is below 1 us is cut. */
    public static String format(Duration duration) {
        long micros = duration.getSeconds() * 1_000_000 + duration.getNano() / 1000;
        if (micros == 0) {
            return "0s";
        }
        if (micros % 1000 != 0) {
            return micros + "us";
        }
        long millis = micros / 1000;
        if (millis % 1000 != 0) {
            return millis + "ms";
        }
        long seconds = millis / 1000;
        if (seconds % 86_400 == 0) {
            return seconds / 86_400 + "d";
        }
        if (seconds % 3600 == 0) {
            return seconds / 3600 + "h";
        }
        return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }
}
