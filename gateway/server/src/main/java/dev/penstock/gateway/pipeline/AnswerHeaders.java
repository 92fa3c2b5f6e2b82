package dev.penstock.gateway.pipeline;

import dev.penstock.routing.RoutePlan;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Map;
import java.util.OptionalLong;

/** What an answer says of who gave it and why. */
final class AnswerHeaders {
    private static final String COST = "x-penstock-cost-usd";
    private static final int NANO_DIGITS = 9;
    private static final int MAX_LENGTH = 256;
    private static final MathContext DIGITS = new MathContext(6);

    private AnswerHeaders() {}

    /**
     * Adds {@code x-penstock-worker}, {@code -site}, {@code -policy}, {@code -reason} and, where it is known,
     * {@code -cost-usd}: what the attempt was expected to cost.
     */
    static void route(Map<String, String> headers, RoutePlan.Attempt attempt, String policy, String reason) {
        headers.put("x-penstock-worker", attempt.worker().id().value());
        put(headers, "x-penstock-site", attempt.worker().site().name());
        put(headers, "x-penstock-policy", policy);
        put(headers, "x-penstock-reason", reason);
        double dollars = attempt.estimate().dollars();
        if (Double.isFinite(dollars)) {
            headers.put(COST, dollarsText(dollars));
        }
    }

    /** What it did cost, in the place of what it was expected to; none where that is not known. */
    static void cost(Map<String, String> headers, OptionalLong nanoUsd) {
        if (nanoUsd.isPresent()) {
            headers.put(COST, billed(nanoUsd.getAsLong()));
        } else {
            headers.remove(COST);
        }
    }

    /** Billionths as dollars, to the last digit and without an exponent: {@code 0.00000255}. */
    static String billed(long nanoUsd) {
        BigDecimal exact = BigDecimal.valueOf(nanoUsd, NANO_DIGITS).stripTrailingZeros();
        return exact.signum() == 0 ? "0" : exact.toPlainString();
    }

    /** Six digits, without an exponent: {@code 0.00123457}. */
    static String dollarsText(double dollars) {
        BigDecimal rounded = new BigDecimal(dollars).round(DIGITS);
        return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
    }

    /** Names of sites and reasons of policies are not ours: what no header may hold is replaced. */
    private static void put(Map<String, String> headers, String name, String value) {
        String visible = visible(value);
        if (!visible.isEmpty()) {
            headers.put(name, visible);
        }
    }

    private static String visible(String value) {
        String cut = value.length() > MAX_LENGTH ? value.substring(0, MAX_LENGTH) : value;
        for (int i = 0; i < cut.length(); i++) {
            if (cut.charAt(i) < ' ' || cut.charAt(i) > '~') {
                return cut.replaceAll("[^ -~]", "?").strip();
            }
        }
        return cut.strip();
    }
}
