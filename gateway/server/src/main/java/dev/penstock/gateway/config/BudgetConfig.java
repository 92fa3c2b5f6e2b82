package dev.penstock.gateway.config;

import dev.penstock.runtime.config.Default;
import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Example;
import dev.penstock.runtime.config.Range;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Optional;

/** One budget of whoever it stands at: in dollars or in tokens. */
@Doc("""
        One budget, in dollars or in tokens, of a day, a week, a month (in UTC) or for good. A hard one cannot be overrun: what
        a request may cost at most is reserved before it is run, from what the store has granted this gateway. Budgets need
        a `store`.""")
public record BudgetConfig(
        @Doc("US dollars.") @Example("100") @Range(min = "0", max = "1000000000")
        Optional<Double> usd,

        @Doc("Tokens, of prompts and answers together.")
        @Example("50000000")
        @Range(min = "0", max = "1000000000000000")
        Optional<Long> tokens,

        @Doc("`daily`, `weekly` (from Monday), `monthly` or `total`.") @Default("monthly")
        Period period,

        @Doc("Whether requests are refused when it is spent (429 `insufficient_quota`); a soft one only tells.")
        @Default("true")
        boolean hard,

        @Doc("""
                The models, as they answer, that draw on it; empty is every model. Each list is a budget of its own.""") List<String> models,

        @Doc("The shares of it at which `budgets.webhook` is told, above 0 and at most 1.") @Default("[0.8, 1]")
        List<Double> alertAt) {
    /** How long it lasts. */
    public enum Period {
        DAILY,
        WEEKLY,
        MONTHLY,
        TOTAL
    }

    /** Billionths of a dollar in one. */
    private static final int NANO_DIGITS = 9;

    public BudgetConfig {
        if (usd.isPresent() == tokens.isPresent()) {
            throw new IllegalArgumentException("usd: " + (usd.isPresent() ? "given with tokens" : "missing")
                    + " (expected: one of usd and tokens)");
        }
        models = List.copyOf(models);
        models.forEach(name -> Names.requireModel("models", name));
        Names.requireDistinct("models", "name", models);
        alertAt = List.copyOf(alertAt);
        alertAt.forEach(share -> {
            if (!(share > 0 && share <= 1)) {
                throw new IllegalArgumentException("alert-at: " + share + " (expected: above 0 and at most 1)");
            }
        });
    }

    /** The whole of it, in billionths of a dollar or in tokens. */
    public long limit() {
        return tokens.orElseGet(() -> BigDecimal.valueOf(usd.orElseThrow())
                .movePointRight(NANO_DIGITS)
                .setScale(0, RoundingMode.DOWN)
                .longValueExact());
    }

    /** Checks a list of budgets: bounded, and no two alike. */
    static List<BudgetConfig> checked(List<BudgetConfig> budgets) {
        if (budgets.size() > 16) {
            throw new IllegalArgumentException("budgets: " + budgets.size() + " (expected: at most 16)");
        }
        Names.requireDistinct(
                "budgets",
                "unit, period and models",
                budgets.stream()
                        .map(budget -> (budget.usd().isPresent() ? "usd " : "tokens ") + budget.period() + " "
                                + budget.models().stream().sorted().toList())
                        .toList());
        return List.copyOf(budgets);
    }
}
