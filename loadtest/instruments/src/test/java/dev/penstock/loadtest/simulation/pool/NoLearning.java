package dev.penstock.loadtest.simulation.pool;

import dev.penstock.routing.Affinity;
import dev.penstock.routing.Demand;
import dev.penstock.routing.Directory;
import dev.penstock.routing.Forecasts;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Worker;

/** Nothing is learned, and nothing known beyond the length of a prompt. */
final class NoLearning implements Learning {
    @Override
    public Demand demand(ModelId model, double promptTokens) {
        return new Demand(promptTokens, Demand.UNKNOWN.expectedTokens(), Demand.UNKNOWN.p95Tokens(), Demand.UNBOUNDED);
    }

    @Override
    public Forecasts forecasts() {
        return Forecasts.NONE;
    }

    @Override
    public int cachedBlocks(ModelId model, Affinity affinity, int[] slots, int[] blocks) {
        return 0;
    }

    @Override
    public int blocksAt(int slot, ModelId model, Affinity affinity) {
        return 0;
    }

    @Override
    public void sent(Worker worker, ModelId model, Affinity affinity, long nowNanos) {}

    @Override
    public void answered(Answer answer, double pendingPromptTokens, double batch, long nowNanos) {}

    @Override
    public void age(Directory directory, long nowNanos) {}

    @Override
    public void lost(Worker worker) {}
}
