package dev.penstock.worker.config;

import dev.penstock.runtime.config.Default;
import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Range;
import java.util.Optional;

/** What a worker charges for a model. */
@Doc("What a worker charges for a model.")
public record PriceConfig(
        @Doc("US dollars per million prompt tokens.") @Default("0") @Range(min = "0", max = "1000000")
        double inputPerMillion,

        @Doc("US dollars per million prompt tokens that came from a cache; without it they cost what others do.")
        @Range(min = "0", max = "1000000")
        Optional<Double> cachedInputPerMillion,

        @Doc("US dollars per million completion tokens.") @Default("0") @Range(min = "0", max = "1000000")
        double outputPerMillion,

        @Doc("""
                US dollars for an hour of the accelerator: a request is charged its share, the seconds it takes divided among
                those that run beside it.""") @Default("0") @Range(min = "0", max = "1000000")
        double perHour) {}
