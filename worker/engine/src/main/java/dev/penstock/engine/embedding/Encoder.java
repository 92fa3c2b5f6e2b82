package dev.penstock.engine.embedding;

import java.util.List;

/** Token ids in, vectors out, as the loop sees it. For one thread only. */
interface Encoder extends AutoCloseable {
    /**
     * The vectors of a batch, not normalised; one for each row.
     *
     * @param batch at least one row of at least one token id
     */
    List<float[]> run(List<int[]> batch);

    @Override
    void close();
}
