package dev.penstock.gateway.config;

import dev.penstock.routing.Rates;
import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Example;
import dev.penstock.runtime.config.Range;
import java.time.Duration;
import java.util.Optional;

/** How long a model takes at an upstream. */
@Doc("""
        What is known of the time that the model takes there. Requests are sent by it until enough was seen; what is left out
        is taken to be what is usual for a model of that size on that accelerator.""")
public record RatesConfig(
        @Doc("Until the first token of an empty prompt: the least that any takes.")
        @Example("40ms")
        @Range(min = "1ms", max = "1h")
        Optional<Duration> firstToken,

        @Doc("Prompt tokens that it computes in a second.") @Example("8000") @Range(min = "0.001", max = "1000000000")
        Optional<Double> prefillTokensPerSecond,

        @Doc("Tokens that a request which runs alone gets in a second, after the first.")
        @Example("80")
        @Range(min = "0.001", max = "1000000000")
        Optional<Double> decodeTokensPerSecond,

        @Doc("""
                Until the model is in memory, where it is not: added to what a request is expected to take while it is cold.
                Learned, where it is left out.""") @Example("20s") @Range(min = "1ms", max = "1h")
        Optional<Duration> load,

        @Doc("""
                How long without a request the server keeps the model in memory, as Ollama does for five minutes: after that
                it is taken to be cold. Without it: always loaded.""") @Example("5m") @Range(min = "1s", max = "168h")
        Optional<Duration> coldAfter) {
    /** As routing knows it. */
    public Rates rates() {
        return new Rates(
                seconds(firstToken),
                prefillTokensPerSecond.orElse(0.0),
                decodeTokensPerSecond.orElse(0.0),
                seconds(load),
                seconds(coldAfter));
    }

    private static double seconds(Optional<Duration> duration) {
        return duration.map(given -> given.toNanos() / 1e9).orElse(0.0);
    }
}
