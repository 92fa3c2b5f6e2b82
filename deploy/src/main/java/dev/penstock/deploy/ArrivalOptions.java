package dev.penstock.deploy;

import dev.penstock.loadtest.generator.Arrivals;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Option;

/** When a load is sent, and for how long. */
final class ArrivalOptions {
    /** How requests come. */
    enum Pattern {
        POISSON,
        CONSTANT,
        BURSTY,
        TRACE,
        SATURATE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Option(
            names = "--arrivals",
            defaultValue = "poisson",
            paramLabel = "HOW",
            description = {
                "How requests come: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.",
                "saturate: each connection asks again when it has been answered."
            })
    private Pattern pattern = Pattern.POISSON;

    @Option(
            names = "--rate",
            defaultValue = "10",
            paramLabel = "N",
            description = "Requests a second. Default: ${DEFAULT-VALUE}.")
    private double rate;

    @Option(
            names = "--burstiness",
            defaultValue = "3",
            paramLabel = "N",
            description =
                    "With bursty: standard deviation of the gaps over their mean (1 is Poisson). Default: ${DEFAULT-VALUE}.")
    private double burstiness;

    @Option(
            names = "--trace",
            paramLabel = "FILE",
            description = "With trace: CSV (TIMESTAMP,ContextTokens,GeneratedTokens) or JSON lines (timestamp in ms).")
    private Optional<Path> trace = Optional.empty();

    @Option(
            names = "--speedup",
            defaultValue = "1",
            paramLabel = "N",
            description = "With trace: so many times faster than recorded. Default: ${DEFAULT-VALUE}.")
    private double speedup;

    @Option(
            names = "--duration",
            defaultValue = "30s",
            paramLabel = "TIME",
            description = "How long requests are sent. Default: ${DEFAULT-VALUE}.")
    private Duration length = Duration.ZERO;

    @Option(
            names = "--warm-up",
            defaultValue = "5s",
            paramLabel = "TIME",
            description = "How long before that, without being counted. Default: ${DEFAULT-VALUE}.")
    private Duration warmUp = Duration.ZERO;

    Arrivals arrivals() {
        return switch (pattern) {
            case POISSON -> new Arrivals.Poisson(rate);
            case CONSTANT -> new Arrivals.Constant(rate);
            case BURSTY -> new Arrivals.Bursty(rate, burstiness);
            case TRACE ->
                new Arrivals.Trace(
                        trace.orElseThrow(() -> new IllegalArgumentException(
                                "--trace: missing (expected: a file, with --arrivals trace)")),
                        speedup);
            case SATURATE -> new Arrivals.Saturating();
        };
    }

    Duration length() {
        return length;
    }

    Duration warmUp() {
        return warmUp;
    }
}
