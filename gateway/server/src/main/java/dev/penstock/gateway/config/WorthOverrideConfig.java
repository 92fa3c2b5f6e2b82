package dev.penstock.gateway.config;

import dev.penstock.routing.Worth;
import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Example;
import dev.penstock.runtime.config.Range;
import java.util.Optional;

/** What time and quality are worth to some, where that differs. */
@Doc("What time and quality are worth here, where that is not what `routing.worth` says.")
public record WorthOverrideConfig(
        @Doc("Of a second of waiting.") @Example("0.01") @Range(min = "0", max = "1000")
        Optional<Double> dollarsPerSecond,

        @Doc("Of a whole step of quality.") @Example("0.1") @Range(min = "0", max = "1000")
        Optional<Double> dollarsPerQuality) {
    /** What holds where this is said of what is worth so much otherwise. */
    public Worth over(Worth otherwise) {
        return new Worth(
                dollarsPerSecond.orElse(otherwise.dollarsPerSecond()),
                dollarsPerQuality.orElse(otherwise.dollarsPerQuality()));
    }
}
