package dev.penstock.routing.explain;

import dev.penstock.routing.capture.LoggedDecision;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A decision with all that went into it. Written as JSON with the names of its components in snake case; what is null is left
 * out.
 *
 * @param policy what decided
 * @param seed of the random source it drew from, 16 hexadecimal digits: from it the same decision can be made again
 * @param asked the request as routing saw it
 * @param candidates each worker as each model that would do: those of the plan in its order, then who passed the filters by
 *     cost, then who did not
 * @param leftOut how many workers are not told of, since they are too many
 * @param plan what was decided; null where nobody can run the request
 * @param refusal why nobody can; null where somebody can
 */
public record Explanation(
        LoggedDecision.Policy policy,
        String seed,
        LoggedDecision.Asked asked,
        List<Candidate> candidates,
        int leftOut,
        LoggedDecision.@Nullable Plan plan,
        @Nullable String refusal) {
    /**
     * A worker as a model.
     *
     * @param tier of the model, from 0: a later one is a fallback, or a further stage of a cascade
     * @param quality of the model; null where nobody has said
     * @param place in the plan, from 1; null where it is not in it
     * @param refusedBy the filter it did not pass; null where it passed all
     * @param why it did not
     * @param terms of the objective
     * @param costUsd their sum, in dollars; null where the price is unknown
     * @param policyTerms what the policy itself compares by; empty where it does not say
     * @param policyCost what they come to; null where it does not say
     * @param site where it runs
     * @param signals what was known of its load, and how old that is
     * @param estimate what it would take
     */
    public record Candidate(
            String worker,
            String model,
            int tier,
            @Nullable Double quality,
            @Nullable Integer place,
            @Nullable String refusedBy,
            @Nullable String why,
            List<Term> terms,
            @Nullable Double costUsd,
            List<Term> policyTerms,
            @Nullable Double policyCost,
            LoggedDecision.Site site,
            String accelerator,
            int capacity,
            LoggedDecision.Signals signals,
            int cachedBlocks,
            LoggedDecision.Forecast forecast,
            LoggedDecision.Estimate estimate) {}

    /**
     * A term of what is compared.
     *
     * @param unit {@code seconds}, {@code dollars} or, of a policy's own, {@code ratio}
     * @param value in that unit; null where it is unknown
     * @param usd in dollars, seconds by what they are worth; null also of a policy's own terms
     */
    public record Term(
            String name,
            String unit,
            @Nullable Double value,
            @Nullable Double usd) {}
}
