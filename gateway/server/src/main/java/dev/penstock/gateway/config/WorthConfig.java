package dev.penstock.gateway.config;

import dev.penstock.routing.Worth;
import dev.penstock.runtime.config.Default;
import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Range;

/** What time and quality are worth. */
@Doc("""
        What a request's time and the quality of its answer are worth, in US dollars. A request goes where
        `dollars + dollars-per-second x seconds + dollars-per-quality x what the model lacks of the best` is least.""")
public record WorthConfig(
        @Doc("Of a second of waiting. 0.001 is 3.60 dollars for an hour.")
        @Default("0.001")
        @Range(min = "0", max = "1000")
        double dollarsPerSecond,

        @Doc("Of a whole step of quality, from useless (0) to the best there is (1).")
        @Default("0.01")
        @Range(min = "0", max = "1000")
        double dollarsPerQuality) {

    /** As routing knows it. */
    public Worth worth() {
        return new Worth(dollarsPerSecond, dollarsPerQuality);
    }
}
