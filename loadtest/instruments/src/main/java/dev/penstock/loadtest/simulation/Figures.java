package dev.penstock.loadtest.simulation;

/**
 * What came of one policy at one load.
 *
 * @param requests counted: those of the warm-up are not
 * @param answered in full
 * @param refused before anything was sent
 * @param failed after something was sent
 * @param attainment the share of those counted that were answered and kept all objectives
 * @param goodput such answers a second
 * @param ttft seconds until the first token, of those answered
 * @param interToken seconds between tokens, an average for each answer
 * @param endToEnd seconds until the last token
 * @param queueP99 seconds of waiting at the gateway
 * @param dollarsPerMillion US dollars for a million tokens of answered requests, prompt and answer: provisioned workers, busy
 *     or not, and what was charged by tokens
 * @param provisioned US dollars of that for provisioned workers, over the whole run
 * @param charged US dollars of that by tokens, over the whole run
 * @param utilisation the share of the time in which provisioned workers computed
 * @param imbalance the busiest worker's share of that over the average's
 * @param cachedShare the share of prompt tokens that a cache had
 * @param regret what small instances cost over the least they could have cost; NaN where that was not asked for
 */
public record Figures(
        double requests,
        double answered,
        double refused,
        double failed,
        double attainment,
        double goodput,
        Spread ttft,
        Spread interToken,
        Spread endToEnd,
        double queueP99,
        double dollarsPerMillion,
        double provisioned,
        double charged,
        double utilisation,
        double imbalance,
        double cachedShare,
        double regret) {
    /** Seconds. */
    public record Spread(double mean, double p50, double p90, double p99) {}
}
