package dev.penstock.routing;

/** What is known of every worker's time for every model it serves. */
@FunctionalInterface
public interface Forecasts {
    /** Nothing is known of anybody. */
    Forecasts NONE = (worker, model) -> Forecast.UNKNOWN;

    /**
     * The live forecast of a worker for a model. The same object for as long as the worker is listed, so that it can be
     * kept beside it.
     */
    Forecast of(Worker worker, ServedModel model);
}
