package dev.penstock.gateway.config;

import dev.penstock.routing.Price;
import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Example;
import dev.penstock.runtime.config.Range;

/** What a model costs. */
@Doc("What the model costs there, in US dollars per million tokens. Without a price it is unknown, which is not free.")
public record PriceConfig(
        @Doc("Per million prompt tokens.") @Example("0.15") @Range(min = "0")
        double inputPerMillion,

        @Doc("Per million completion tokens.") @Example("0.60") @Range(min = "0")
        double outputPerMillion) {
    /** As routing knows it. */
    public Price price() {
        return new Price(inputPerMillion, outputPerMillion);
    }
}
