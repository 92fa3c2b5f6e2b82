package dev.penstock.loadtest.simulation.engine;

/** A request as an engine has it. One object serves one engine once. */
public final class Job implements Comparable<Job> {
    /** Hears of a job, at the engine, in the moment. */
    public interface Listener {
        /** The first token is there. */
        void started();

        /** The last token is there. */
        void ended();

        /** The engine does not take it: over its rate limit, or larger than it can ever run. */
        void refused();
    }

    final int promptTokens;
    final int outputTokens;
    final long[] blocks;
    final int blockTokens;
    final Listener listener;

    long number;
    int cachedTokens;
    int hitBlocks;
    int heldBlocks;
    int prefillLeft;
    int generated;
    long privateTokens;
    long finalStep;
    boolean over;

    /**
     * A job.
     *
     * @param promptTokens at least 1
     * @param outputTokens to be generated, at least 1
     * @param blocks names of the prompt's blocks, each of it together with all before it; the last may be a part of one; none
     *     where nothing can be in a cache
     * @param blockTokens tokens of a block
     */
    public Job(int promptTokens, int outputTokens, long[] blocks, int blockTokens, Listener listener) {
        this.promptTokens = Math.max(1, promptTokens);
        this.outputTokens = Math.max(1, outputTokens);
        this.blocks = blocks;
        this.blockTokens = blockTokens;
        this.listener = listener;
    }

    /** Of the prompt, what was found in the cache. */
    public int cachedTokens() {
        return cachedTokens;
    }

    /** Tokens generated so far. */
    public int generated() {
        return generated;
    }

    int tokensOfBlock(int index) {
        return Math.min(blockTokens, promptTokens - index * blockTokens);
    }

    /** In the order in which they end; of those that end together, who came first. */
    @Override
    public int compareTo(Job other) {
        int byStep = Long.compare(finalStep, other.finalStep);
        return byStep != 0 ? byStep : Long.compare(number, other.number);
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
