package dev.penstock.deploy;

import dev.penstock.loadtest.generator.Slo;
import java.time.Duration;
import picocli.CommandLine.Option;

/** What a good answer keeps. */
final class SloOptions {
    @Option(
            names = "--slo-ttft",
            defaultValue = "500ms",
            paramLabel = "TIME",
            description = "Goodput: time to the first token of a stream. Default: ${DEFAULT-VALUE}.")
    private Duration timeToFirstToken = Duration.ZERO;

    @Option(
            names = "--slo-inter-token",
            defaultValue = "200ms",
            paramLabel = "TIME",
            description = "Goodput: the largest gap between tokens. Default: ${DEFAULT-VALUE}.")
    private Duration interToken = Duration.ZERO;

    @Option(
            names = "--slo-end-to-end",
            defaultValue = "60s",
            paramLabel = "TIME",
            description = "Goodput: time to the end of an answer. Default: ${DEFAULT-VALUE}.")
    private Duration endToEnd = Duration.ZERO;

    Slo slo() {
        return new Slo(timeToFirstToken, interToken, endToEnd);
    }
}
