package dev.penstock.loadtest.replay;

import java.util.List;
import java.util.Map;

/**
 * What another policy would have done with the decisions of a log.
 *
 * @param policy its name
 * @param decisions in the log
 * @param compared of them
 * @param leftOut those that are not, by why
 * @param candidatesLeftOut compared ones of which the log has not all candidates
 * @param unknownPolicy compared ones that a policy made which is not here: they count by forecasts alone
 * @param differs the part of the decisions in which it chooses somebody else, or nobody
 * @param nobody the part in which it chooses nobody
 * @param effective as how many decisions those that both make alike count, their weights being unequal (Kong's effective
 *     sample size); near none of them, the estimate is that of the forecasts
 * @param figures each per request
 * @param shares of the decisions by choice, the largest first
 */
public record ReplayResult(
        String policy,
        int decisions,
        int compared,
        Map<String, Integer> leftOut,
        int candidatesLeftOut,
        int unknownPolicy,
        double differs,
        double nobody,
        double effective,
        List<Estimated> figures,
        List<Share> shares) {
    /**
     * A figure.
     *
     * @param name {@code dollars}, {@code first_token_seconds}, {@code seconds}
     * @param decisions it is known of
     * @param then as it was
     * @param other as it would have been: the doubly robust estimate
     * @param difference of that from what was
     * @param forecast as it would have been by calibrated forecasts alone
     */
    public record Estimated(
            String name, int decisions, Interval then, Interval other, Interval difference, Interval forecast) {}

    /**
     * Who gets how much.
     *
     * @param choice a worker and the model it runs
     * @param then its part of the decisions, from 0 to 1
     * @param other its part under the other policy
     */
    public record Share(String choice, double then, double other) {}

    public ReplayResult {
        leftOut = Map.copyOf(leftOut);
        figures = List.copyOf(figures);
        shares = List.copyOf(shares);
    }
}
