package dev.penstock.gateway.cluster;

import dev.penstock.gateway.pipeline.Work;
import dev.penstock.routing.Directory;
import dev.penstock.routing.learning.ForecastBook;
import dev.penstock.routing.prefix.PrefixIndex;

/**
 * What this gateway has learned of the workers of its pool.
 *
 * @param forecasts how long they take
 * @param prefixes what they have in their caches
 */
record Learning(ForecastBook forecasts, PrefixIndex prefixes) {
    static Learning begin(long nowNanos) {
        return new Learning(new ForecastBook(), new PrefixIndex(nowNanos));
    }

    /** How many tokens of the prompt the worker in this slot has in its cache, as far as is known. */
    double cachedTokens(int slot, Work work) {
        int blocks = prefixes.blocksAt(slot, work.model().id(), work.affinity());
        return Math.min(
                work.demand().promptTokens(), (double) blocks * work.affinity().blockTokens());
    }

    /** As time goes by; called about once a second. */
    void tick(Directory directory, long nowNanos) {
        forecasts.retain(directory, nowNanos);
        prefixes.tick(nowNanos);
    }
}
