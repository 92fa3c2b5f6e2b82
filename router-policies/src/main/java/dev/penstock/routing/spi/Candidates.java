package dev.penstock.routing.spi;

import dev.penstock.routing.Forecast;
import dev.penstock.routing.ServedModel;
import dev.penstock.routing.Worker;

/**
 * Everybody who serves one of the models that would do, a row each: a worker that serves two of them has two rows. The rows
 * of the first model come first, those of one model in the order of the workers' ids. Good for one decision and the thread
 * that makes it; not to be kept.
 */
public interface Candidates {
    /** How many rows, numbered from 0. */
    int size();

    /** Who. */
    Worker worker(int row);

    /** The worker's {@link Worker#slot}, to read its load by. */
    int slot(int row);

    /** How many requests it takes at once, {@link Worker#capacity}. */
    default int capacity(int row) {
        return worker(row).capacity();
    }

    /** As what it would run the request. */
    ServedModel model(int row);

    /** What it can do as that, as {@link dev.penstock.routing.Capability#bits} has it. */
    long capabilities(int row);

    /** The quality of that model, from 0 to 1; NaN where nobody has said. */
    double quality(int row);

    /** The best quality of all rows; NaN where nobody has said any. */
    double bestQuality();

    /** What is known of its time for that model. */
    Forecast forecast(int row);

    /** Prompt tokens of this request that the worker has in its cache, as far as is known; at most those of the prompt. */
    double cachedTokens(int row);

    /**
     * What so much costs there, as {@link dev.penstock.routing.Price#dollars} has it; NaN where the price is unknown.
     *
     * @param promptTokens cached ones included
     */
    double dollars(int row, double promptTokens, double cachedTokens, double completionTokens, double busySeconds);
}
