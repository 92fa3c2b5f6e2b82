package dev.penstock.gateway.config;

import dev.penstock.routing.Price;
import dev.penstock.runtime.config.Default;
import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Example;
import dev.penstock.runtime.config.Range;
import java.util.Optional;

/** What a model costs. */
@Doc("""
        What the model costs there, in US dollars: by tokens, by the hour of the accelerator, or both. Without a price it is
        unknown, which is not free.""")
public record PriceConfig(
        @Doc("Per million prompt tokens.") @Default("0") @Example("0.15") @Range(min = "0")
        double inputPerMillion,

        @Doc("Per million prompt tokens that came from a cache; without it they cost what others do.")
        @Example("0.075")
        @Range(min = "0")
        Optional<Double> cachedInputPerMillion,

        @Doc("Per million completion tokens.") @Default("0") @Example("0.60") @Range(min = "0")
        double outputPerMillion,

        @Doc("""
                For an hour of the accelerator. A request is charged its share: the seconds it takes, divided among those that
                run beside it.""") @Default("0") @Example("2.50") @Range(min = "0")
        double perHour) {
    /** As routing knows it. */
    public Price price() {
        return new Price(inputPerMillion, cachedInputPerMillion.orElse(inputPerMillion), outputPerMillion, perHour);
    }
}
