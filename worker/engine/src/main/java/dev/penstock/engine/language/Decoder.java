package dev.penstock.engine.language;

import java.util.List;
import java.util.Optional;

/** A causal language model as the decode loop sees it. For one thread only. */
interface Decoder extends AutoCloseable {
    /** The number of logits of one token. */
    int vocabularySize();

    /** Whether rows of different length may be computed together. */
    boolean batches();

    /**
     * Computes new tokens.
     *
     * @param tokens the tokens, row after row
     * @param rows how many sequences
     * @param padding by row: how many places at the start of the past hold nothing
     * @param past keys and values of the tokens before these; closed by this call, whether it succeeds or fails
     */
    Step run(int[] tokens, int rows, int[] padding, Optional<Cache> past);

    /** Copies rows, padded on the left to the longest of them, into a cache of their own. Closes nothing. */
    Cache gather(List<Row> rows);

    @Override
    void close();

    /**
     * What a run gives.
     *
     * @param logits valid until the cache is closed
     * @param cache past and new tokens
     */
    record Step(Logits logits, Cache cache) {}

    /** The logits of all tokens of a run. */
    @FunctionalInterface
    interface Logits {
        /** Copies those of one token. */
        void read(int row, int column, float[] into);
    }

    /** Keys and values of the rows of a batch. */
    interface Cache extends AutoCloseable {
        /** How many rows it has. */
        int rows();

        /** How many places each row has, padding included. */
        int length();

        @Override
        void close();
    }

    /**
     * A row of a cache.
     *
     * @param cache where it lies
     * @param row its number there
     * @param tokens how many of its last places hold tokens
     */
    record Row(Cache cache, int row, int tokens) {}
}
