package dev.penstock.loadtest.simulation;

import dev.penstock.loadtest.simulation.pool.Learning;
import dev.penstock.loadtest.simulation.trace.Trace;
import dev.penstock.routing.Affinity;
import dev.penstock.routing.Demand;
import dev.penstock.routing.Directory;
import dev.penstock.routing.Forecasts;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Worker;
import dev.penstock.routing.learning.ForecastBook;
import dev.penstock.routing.learning.OutputLengths;
import dev.penstock.routing.learning.Sample;
import dev.penstock.routing.prefix.PrefixIndex;

/** The gateway's own learning. Traces name blocks of 512 tokens, where the gateway hashes blocks of about 64. */
final class ProductLearning implements Learning {
    private static final String KEY = "simulation";
    private static final int SMALLER = Trace.BLOCK_TOKENS / 64;

    private final ForecastBook forecasts = new ForecastBook();
    private final OutputLengths lengths = new OutputLengths();
    private final PrefixIndex prefixes = new PrefixIndex(
            PrefixIndex.ENTRIES / SMALLER, PrefixIndex.BLOCKS_PER_WORKER / SMALLER, PrefixIndex.EXPIRY, 0);

    @Override
    public Demand demand(ModelId model, double promptTokens) {
        return lengths.demand(KEY, model, promptTokens, Demand.UNBOUNDED, 1);
    }

    @Override
    public Forecasts forecasts() {
        return forecasts;
    }

    @Override
    public int cachedBlocks(ModelId model, Affinity affinity, int[] slots, int[] blocks) {
        return prefixes.cachedBlocks(model, affinity, slots, blocks);
    }

    @Override
    public int blocksAt(int slot, ModelId model, Affinity affinity) {
        return prefixes.blocksAt(slot, model, affinity);
    }

    @Override
    public void sent(Worker worker, ModelId model, Affinity affinity, long nowNanos) {
        prefixes.sent(worker.slot(), model, affinity);
    }

    @Override
    public void answered(Answer answer, double pendingPromptTokens, double batch, long nowNanos) {
        forecasts.observe(
                answer.worker(),
                answer.model(),
                new Sample(
                        answer.promptTokens(),
                        answer.cachedTokens(),
                        answer.outputTokens(),
                        answer.firstTokenSeconds(),
                        answer.seconds(),
                        batch,
                        pendingPromptTokens,
                        nowNanos,
                        answer.interleavedPromptTokens()));
        lengths.observe(KEY, answer.model().id(), answer.outputTokens());
    }

    @Override
    public void age(Directory directory, long nowNanos) {
        forecasts.retain(directory, nowNanos);
        prefixes.tick(nowNanos);
    }

    @Override
    public void lost(Worker worker) {
        prefixes.forget(worker.slot());
    }
}
