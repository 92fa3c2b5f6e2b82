package dev.penstock.gateway.budget;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Dollars as whole numbers. */
final class Amounts {
    private static final int NANO_DIGITS = 9;
    private static final BigDecimal MOST = BigDecimal.valueOf(Long.MAX_VALUE / 8);

    private Amounts() {}

    /** Billionths of a dollar, rounded up; of a sum beyond all budgets, one beyond all budgets. */
    static long atMostNanos(double usd) {
        return BigDecimal.valueOf(usd)
                .movePointRight(NANO_DIGITS)
                .setScale(0, RoundingMode.UP)
                .min(MOST)
                .longValue();
    }
}
