package dev.penstock.gateway.pipeline;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a client lets memory do, by its {@code Cache-Control} (RFC 9111, 5.2.1). Directives that are not known say nothing.
 *
 * @param noCache it is answered anew
 * @param noStore its answer is not kept
 * @param onlyIfCached it is answered from memory or not at all
 * @param maxAge an older answer is not wanted
 */
public record CacheControl(boolean noCache, boolean noStore, boolean onlyIfCached, Optional<Duration> maxAge) {
    /** Says nothing. */
    public static final CacheControl NONE = new CacheControl(false, false, false, Optional.empty());

    private static final String MAX_AGE = "max-age";
    private static final int MAX_DIGITS = 9;

    /**
     * Reads the header's values.
     *
     * @throws IllegalArgumentException where an age is no number of seconds
     */
    public static CacheControl parse(List<String> values) {
        CacheControl all = NONE;
        for (String value : values) {
            for (String directive : value.split(",", -1)) {
                all = all.and(directive.strip().toLowerCase(Locale.ROOT));
            }
        }
        return all;
    }

    private CacheControl and(String directive) {
        return switch (directive) {
            case "no-cache" -> new CacheControl(true, noStore, onlyIfCached, maxAge);
            case "no-store" -> new CacheControl(noCache, true, onlyIfCached, maxAge);
            case "only-if-cached" -> new CacheControl(noCache, noStore, true, maxAge);
            default ->
                directive.equals(MAX_AGE) || directive.startsWith(MAX_AGE + "=")
                        ? new CacheControl(noCache, noStore, onlyIfCached, Optional.of(age(directive)))
                        : this;
        };
    }

    private static Duration age(String directive) {
        String seconds = directive.substring(Math.min(directive.length(), MAX_AGE.length() + 1));
        String bare = seconds.length() > 1 && seconds.startsWith("\"") && seconds.endsWith("\"")
                ? seconds.substring(1, seconds.length() - 1)
                : seconds;
        if (bare.isEmpty()
                || bare.length() > MAX_DIGITS
                || !bare.chars().allMatch(digit -> digit >= '0' && digit <= '9')) {
            throw new IllegalArgumentException("Cache-Control: max-age=" + visible(bare)
                    + " (expected: a number of seconds, of at most " + MAX_DIGITS + " digits)");
        }
        return Duration.ofSeconds(Long.parseLong(bare));
    }

    private static String visible(String text) {
        return text.substring(0, Math.min(text.length(), 32)).replaceAll("[^\\x20-\\x7e]", "?");
    }

    /** Whether it asks for memory by itself: whoever names an age takes an answer of that age for as good as a new one. */
    public boolean asksForMemory() {
        return maxAge.isPresent() || onlyIfCached;
    }
}
