package dev.penstock.gateway.config;

import dev.penstock.routing.model.Quality;
import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Example;
import dev.penstock.runtime.config.Range;

/** How good a model is. */
@Doc(
        "How good a model's answers are to requests of average difficulty. A model that is not listed is of unknown quality.")
public record QualityConfig(
        @Doc("Which model of the pool.") @Example("llama-3.1-8b")
        String model,

        @Doc("From useless (0) to the best there is (1).") @Example("0.75") @Range(min = "0", max = "1")
        double quality,

        @Doc("Where the number is from, such as a benchmark and its date.") @Example("our own evaluation, 2026-10")
        String source) {
    public QualityConfig {
        Names.requireModel("model", model);
        var unused = new Quality(quality, source);
    }

    Quality known() {
        return new Quality(quality, source);
    }
}
