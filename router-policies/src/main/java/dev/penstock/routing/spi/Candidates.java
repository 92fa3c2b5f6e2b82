package dev.penstock.routing.spi;

import dev.penstock.routing.Forecast;
import dev.penstock.routing.ServedModel;
import dev.penstock.routing.Worker;

/**
 * Everybody who serves one of the models that would do, a row each: a worker that serves two of them has two rows. Made once
 * for a directory and shared by all decisions over it; immutable but for the forecasts, which are live.
 */
public interface Candidates {
    /** How many rows, numbered from 0. */
    int size();

    /** Who. */
    Worker worker(int row);

    /** The worker's {@link Worker#slot}, to read its load by. */
    int slot(int row);

    /** As what it would run the request. */
    ServedModel model(int row);

    /** The quality of that model, from 0 to 1; NaN where nobody has said. */
    double quality(int row);

    /** What is known of its time for that model. */
    Forecast forecast(int row);
}
