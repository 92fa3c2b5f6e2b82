package dev.penstock.gateway.cluster;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Reads what a worker says of its load beside an answer: ORCA's {@code endpoint-load-metrics} header in its text form,
 * {@code TEXT name=value, name=value}. All of it is well formed and within bounds, or none of it is believed.
 *
 * <p>Source: gRFC A51; the names are those of vLLM's {@code orca_metrics.py}.
 */
final class LoadReports {
    private static final int MAX_CHARS = 1_024;
    private static final int MAX_REQUESTS = 1_000_000;
    private static final double MAX_TOKENS = 1e15;
    private static final String PROMPTS_LEFT = "named_metrics.prompt_tokens_waiting";
    private static final String PROMPTS_COMPUTED = "named_metrics.prompt_tokens_computed";
    private static final String TEXT = "text ";
    private static final String RUNNING = "named_metrics.num_requests_running";
    private static final String WAITING = "named_metrics.num_requests_waiting";
    private static final String CACHE_USE = "named_metrics.kv_cache_usage_perc";

    private LoadReports() {}

    /**
     * What a header says.
     *
     * @param running requests in the worker's batch; empty where it does not say
     * @param queued requests that wait in it
     * @param cacheUse of its room for the state of requests, the part that is in use, from 0 to 1
     */
    record Report(OptionalInt running, int queued, double cacheUse) {}

    static Optional<Report> parse(String header) {
        if (header.length() > MAX_CHARS
                || !header.regionMatches(true, 0, TEXT, 0, TEXT.length())
                || !header.toLowerCase(Locale.ROOT).contains("named_metrics.")) {
            return Optional.empty();
        }
        OptionalInt running = OptionalInt.empty();
        OptionalInt queued = OptionalInt.empty();
        double cacheUse = 0;
        for (String pair : header.substring(TEXT.length()).split(",", -1)) {
            int equals = pair.indexOf('=');
            double value = equals < 0 ? Double.NaN : number(pair.substring(equals + 1));
            if (Double.isNaN(value)) {
                return Optional.empty();
            }
            String name = pair.substring(0, equals).strip();
            switch (name) {
                case RUNNING, WAITING -> {
                    if (value > MAX_REQUESTS) {
                        return Optional.empty();
                    }
                    OptionalInt count = OptionalInt.of((int) value);
                    running = name.equals(RUNNING) ? count : running;
                    queued = name.equals(WAITING) ? count : queued;
                }
                case CACHE_USE -> {
                    if (value > 1) {
                        return Optional.empty();
                    }
                    cacheUse = value;
                }
                default -> {}
            }
        }
        return queued.isPresent() ? Optional.of(new Report(running, queued.getAsInt(), cacheUse)) : Optional.empty();
    }

    /**
     * What a header says of prompts.
     *
     * @param left tokens that are still to be computed, of all requests there
     * @param computed tokens computed since the worker began
     */
    record Prompts(long left, long computed) {}

    /** What a header says of prompts; nothing unless it is well formed and says both. */
    static Optional<Prompts> prompts(String header) {
        if (parse(header).isEmpty()) {
            return Optional.empty();
        }
        double left = Double.NaN;
        double computed = Double.NaN;
        for (String pair : header.substring(TEXT.length()).split(",", -1)) {
            int equals = pair.indexOf('=');
            String name = pair.substring(0, equals).strip();
            double value = number(pair.substring(equals + 1));
            left = name.equals(PROMPTS_LEFT) ? value : left;
            computed = name.equals(PROMPTS_COMPUTED) ? value : computed;
        }
        return left <= MAX_TOKENS && computed <= MAX_TOKENS
                ? Optional.of(new Prompts((long) left, (long) computed))
                : Optional.empty();
    }

    /** A decimal number of at least 0; NaN for anything else. */
    private static double number(String text) {
        String digits = text.strip();
        if (digits.isEmpty()
                || digits.length() > 24
                || !digits.chars().allMatch(c -> (c >= '0' && c <= '9') || ".eE+-".indexOf(c) >= 0)) {
            return Double.NaN;
        }
        try {
            double value = Double.parseDouble(digits);
            return value >= 0 && value < Double.POSITIVE_INFINITY ? value : Double.NaN;
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }
}
