package dev.penstock.gateway.budget;

import dev.penstock.gateway.pipeline.GatewayError;
import dev.penstock.protocol.ApiError;
import dev.penstock.routing.ModelId;
import dev.penstock.store.Budgets.Standing;
import java.time.Instant;
import java.util.Optional;

/** What clients are told whom a budget refuses. */
final class Refusals {
    private static final String QUOTA = "insufficient_quota";

    private Refusals() {}

    /** Too little is left: that is so until the period ends, so nobody is to try again. */
    static GatewayError spent(Purse purse, long amount) {
        Budget budget = purse.budget();
        Standing standing = purse.standing();
        long left = Math.max(0, standing.left(budget.limit()));
        Optional<Instant> ends = Periods.ends(budget.period(), purse.starts());
        String message = budget + " is " + budget.told(budget.limit()) + ", of which "
                + budget.told(standing.settled()) + " are spent and " + budget.told(standing.held())
                + " set aside for requests that run or are not settled yet; "
                + (left == 0
                        ? "nothing is left"
                        : "the " + budget.told(left) + " left are less than the " + budget.told(amount)
                                + " that this request may cost")
                + ends.map(moment -> "; it is renewed at " + moment).orElse("; it is not renewed");
        return new GatewayError.OverBudget(new ApiError(
                429, QUOTA, Optional.of(QUOTA), Optional.empty(), message, Optional.empty(), Optional.of(false)));
    }

    /** Whether anything is left cannot be said now, since the store does not answer. */
    static GatewayError unknown(Budget budget) {
        return new GatewayError.BudgetUnknown(
                budget + ": what is left of it cannot be told now, since the store does not answer; try again");
    }

    /** What it costs is not known, hence not known to be within the budget. */
    static GatewayError unpriced(Budget budget, ModelId model) {
        return new GatewayError.OverBudget(ApiError.invalid(
                        403,
                        "the model '" + model + "' has no price here, so nothing tells whether it fits " + budget
                                + " (expected: a model with a price)")
                .withCode("model_without_price")
                .withParam("model")
                .withRetryable(false));
    }

    /** Nothing bounds what it may cost. */
    static GatewayError unbounded(Budget budget) {
        return new GatewayError.OverBudget(ApiError.invalid(
                        "max_tokens",
                        "max_tokens: missing (expected: a limit, since nothing else bounds what this request may take of "
                                + budget + ")")
                .withRetryable(false));
    }
}
