package dev.penstock.loadtest.simulation.pool;

import dev.penstock.routing.Affinity;
import dev.penstock.routing.Demand;
import dev.penstock.routing.Directory;
import dev.penstock.routing.Forecasts;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.ServedModel;
import dev.penstock.routing.Worker;

/** What one gateway learns by. */
public interface Learning {
    /** What a request is expected to ask for. */
    Demand demand(ModelId model, double promptTokens);

    /** What is known of the workers' times. */
    Forecasts forecasts();

    /** As {@link dev.penstock.routing.LoadView#cachedBlocks}. */
    int cachedBlocks(ModelId model, Affinity affinity, int[] slots, int[] blocks);

    /** How many blocks of a prompt, counted from the first, the worker in this slot has, as far as is known. */
    int blocksAt(int slot, ModelId model, Affinity affinity);

    /** A request has been sent to a worker. */
    void sent(Worker worker, ModelId model, Affinity affinity, long nowNanos);

    /**
     * A worker has answered in full.
     *
     * @param pendingPromptTokens what the request waited behind, as far as this gateway knew
     * @param batch requests at the worker meanwhile, on average, this one included
     */
    void answered(Answer answer, double pendingPromptTokens, double batch, long nowNanos);

    /** About a second has gone by. */
    void age(Directory directory, long nowNanos);

    /** A worker has died: what it had in its cache is gone. */
    void lost(Worker worker);

    /**
     * An answer.
     *
     * @param firstTokenSeconds from dispatch, the link's round trip taken off
     * @param seconds to its end, likewise
     * @param interleavedPromptTokens that the worker computed between its first token and its last, as far as is known
     */
    record Answer(
            Worker worker,
            ServedModel model,
            int promptTokens,
            int cachedTokens,
            int outputTokens,
            double firstTokenSeconds,
            double seconds,
            double interleavedPromptTokens) {}
}
