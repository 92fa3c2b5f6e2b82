package dev.penstock.routing.policy;

import dev.penstock.routing.RoutePlan;
import dev.penstock.routing.RoutingDecision;
import dev.penstock.routing.spi.Scorer;
import java.util.List;

/**
 * A decision and all that it was made by. Numbers that are not known are NaN.
 *
 * @param policy whose
 * @param unit what costs are counted in
 * @param dollarsPerSecond what made seconds dollars
 * @param tiers every tier, in order, those that were not needed too
 * @param decision what was decided
 */
public record Explanation(
        String policy, Scorer.Unit unit, double dollarsPerSecond, List<Tier> tiers, RoutingDecision decision) {
    public Explanation {
        tiers = List.copyOf(tiers);
    }

    /** The same, of which something else was made. */
    Explanation deciding(RoutingDecision other) {
        return new Explanation(policy, unit, dollarsPerSecond, tiers, other);
    }

    /**
     * Those who serve the models of a tier.
     *
     * @param models their names
     * @param candidates the cheapest of those who passed first, then those who were refused
     */
    public record Tier(List<String> models, List<Candidate> candidates) {
        public Tier {
            models = List.copyOf(models);
            candidates = List.copyOf(candidates);
        }
    }

    /**
     * A worker as one model.
     *
     * @param worker its id
     * @param site where it runs: the site's name
     * @param siteKind {@code edge} or {@code cloud}
     * @param region the site's label; empty where it has none
     * @param model the model's name
     * @param quality of the model, from 0 to 1
     * @param refusedBy the filter that let it not pass; empty where it passed all
     * @param rank its place in the plan, from 1; 0 where it is not in it
     * @param cost all terms together, in the unit of costs; of one that was refused, what it would have been
     * @param terms what the cost is the sum of
     * @param signals what was known of it
     * @param estimate what it is expected to take
     */
    public record Candidate(
            String worker,
            String site,
            String siteKind,
            String region,
            String model,
            double quality,
            String refusedBy,
            int rank,
            double cost,
            List<Term> terms,
            Signals signals,
            RoutePlan.Estimate estimate) {
        public Candidate {
            terms = List.copyOf(terms);
        }
    }

    /**
     * A part of a cost.
     *
     * @param name of the scorer, or of its term
     * @param unit what the value is counted in
     * @param value in that unit
     * @param cost in the unit of costs, the scorer's weight and the worth of a second counted in
     */
    public record Term(String name, Scorer.Unit unit, double value, double cost) {}

    /**
     * What was known of a worker at that moment.
     *
     * @param ageMillis since anything was heard of it
     * @param available whether it may be sent requests
     * @param capacity how many it takes at once
     * @param inFlight places that this gateway has taken there
     * @param foreignLoad requests that others have there, as last reported
     * @param reportedQueue requests that it says are waiting
     * @param reportedCacheUse of its room for the state of requests, the part in use
     * @param pendingPromptTokens of our requests there that have no first token yet
     * @param cachedTokens of this prompt, those it has in its cache
     * @param linkSeconds a round trip
     * @param observations how many requests its forecast was learned from, old ones counted less
     */
    public record Signals(
            long ageMillis,
            boolean available,
            int capacity,
            int inFlight,
            int foreignLoad,
            int reportedQueue,
            double reportedCacheUse,
            double pendingPromptTokens,
            double cachedTokens,
            double linkSeconds,
            double observations) {}
}
