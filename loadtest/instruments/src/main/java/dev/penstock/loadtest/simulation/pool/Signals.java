package dev.penstock.loadtest.simulation.pool;

/**
 * How gateways hear of workers.
 *
 * @param everyNanos how often a worker reports its load
 * @param delayNanos how much older than the link alone makes it a report is when it is heard
 * @param onAnswer whether each answer carries a report, too
 * @param leaseNanos a worker not heard of for so long counts as dead
 * @param prompts whether reports tell the prompt tokens that are to be computed and those that were; engines
 *     asked directly do not, and workers of ours do not yet
 */
public record Signals(long everyNanos, long delayNanos, boolean onAnswer, long leaseNanos, boolean prompts) {
    /** As the product has them: twice a second, on answers too, a lease of 5 s, nothing of prompts. */
    public static final Signals DEFAULT = new Signals(500_000_000, 0, true, 5_000_000_000L, false);
}
