package dev.penstock.gateway.pipeline;

import dev.penstock.gateway.pipeline.AdmissionDecision.RateLimit;
import dev.penstock.gateway.pipeline.AdmissionDecision.RateLimits;
import java.time.Duration;
import java.util.Map;

/** What an answer says of the client's limits, in OpenAI's words. */
final class LimitHeaders {
    private LimitHeaders() {}

    /** Adds {@code x-ratelimit-limit}, {@code -remaining} and {@code -reset}, each {@code -requests} and {@code -tokens}. */
    static void add(Map<String, String> headers, RateLimits limits) {
        if (limits.requests().isPresent()) {
            add(headers, "requests", limits.requests().get());
        }
        if (limits.tokens().isPresent()) {
            add(headers, "tokens", limits.tokens().get());
        }
    }

    private static void add(Map<String, String> headers, String unit, RateLimit limit) {
        headers.put("x-ratelimit-limit-" + unit, Long.toString(limit.limit()));
        headers.put("x-ratelimit-remaining-" + unit, Long.toString(limit.remaining()));
        headers.put("x-ratelimit-reset-" + unit, resetText(limit.reset()));
    }

    /** A duration as OpenAI writes it: {@code 12ms}, {@code 1.5s}, {@code 6m0s}. */
    static String resetText(Duration duration) {
        long millis = Math.max(0, duration.toMillis());
        if (millis < 1000) {
            return millis + "ms";
        }
        long minutes = millis / 60_000;
        long rest = millis % 60_000;
        String seconds = rest % 1000 == 0 ? rest / 1000 + "s" : rest / 1000.0 + "s";
        return minutes == 0 ? seconds : minutes + "m" + seconds;
    }
}
