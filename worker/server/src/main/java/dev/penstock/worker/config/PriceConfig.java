package dev.penstock.worker.config;

import dev.penstock.runtime.config.Default;
import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Range;

/** What a worker charges for a model. */
@Doc("What a worker charges for a model.")
public record PriceConfig(
        @Doc("US dollars per million prompt tokens.") @Default("0") @Range(min = "0", max = "1000000")
        double inputPerMillion,

        @Doc("US dollars per million completion tokens.") @Default("0") @Range(min = "0", max = "1000000")
        double outputPerMillion) {}
