package dev.penstock.gateway.cluster;

import dev.penstock.gateway.pipeline.Work;
import dev.penstock.routing.Affinity;
import dev.penstock.routing.Directory;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.learning.ForecastBook;
import dev.penstock.routing.prefix.PrefixIndex;

/**
 * What this gateway has learned of the workers of its pool.
 *
 * @param forecasts how long they take
 * @param prefixes what was sent to whom
 * @param reuse who gains by what was sent before
 */
record Learning(ForecastBook forecasts, PrefixIndex prefixes, CacheReuse reuse) {
    static Learning begin(long nowNanos) {
        return new Learning(new ForecastBook(), new PrefixIndex(nowNanos), new CacheReuse());
    }

    /** How many tokens of the prompt were sent to the worker in this slot before. */
    double sentTokens(int slot, Work work) {
        int blocks = prefixes.blocksAt(slot, work.model().id(), work.affinity());
        return Math.min(
                work.demand().promptTokens(), (double) blocks * work.affinity().blockTokens());
    }

    /** As the load view tells it: of those only who gain by it. */
    int cachedBlocks(ModelId model, Affinity affinity, int[] slots, int[] blocks) {
        int found = prefixes.cachedBlocks(model, affinity, slots, blocks);
        int kept = 0;
        for (int i = 0; i < found; i++) {
            if (reuse.believed(slots[i])) {
                slots[kept] = slots[i];
                blocks[kept++] = blocks[i];
            }
        }
        return kept;
    }

    /** A worker's caches are empty: it has begun anew, or another has its slot. */
    void restarted(int slot) {
        prefixes.forget(slot);
        reuse.reset(slot);
    }

    /** As time goes by; called about once a second. */
    void tick(Directory directory, long nowNanos) {
        forecasts.retain(directory, nowNanos);
        prefixes.tick(nowNanos);
    }
}
