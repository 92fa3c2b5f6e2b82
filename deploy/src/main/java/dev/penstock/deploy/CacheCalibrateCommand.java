package dev.penstock.deploy;

import dev.penstock.cache.bound.FixedSequence;
import dev.penstock.cache.judge.CrossFit;
import dev.penstock.cache.judge.Example;
import dev.penstock.cache.judge.Judge;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code penstock cache calibrate}. */
@Command(
        name = "calibrate",
        mixinStandardHelpOptions = true,
        description = {
            "Make a judge of labelled pairs. For its threshold each is scored by a judge of the half that it is not in.",
            "The threshold is the loosest that keeps the target with a confidence of 95 %; where none does, the judge"
                    + " serves nothing and that is said."
        })
final class CacheCalibrateCommand implements Runnable {
    private static final double ALPHA = 0.05;

    private final PrintWriter out;
    private final PrintWriter err;

    @Parameters(paramLabel = "PAIRS.tsv", description = "The labelled pairs, as for `penstock cache eval`.")
    private Path file = Path.of("");

    @Mixin
    private EmbeddingModelOption model = new EmbeddingModelOption();

    @Option(
            names = "--max-false-hit-rate",
            paramLabel = "SHARE",
            defaultValue = "0.01",
            description = "The most that may be wrong of what is served (default: ${DEFAULT-VALUE}).")
    private double target;

    @Option(
            names = "--seed",
            paramLabel = "NUMBER",
            defaultValue = "1",
            description = "Which pairs are in which half (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "Where the judge is written.")
    private Path to = Path.of("");

    CacheCalibrateCommand(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public void run() {
        if (!(target > 0 && target < 1)) {
            throw CommandFailedException.usage("--max-false-hit-rate: " + target + " (expected: above 0 and below 1)");
        }
        CrossFit fitted = fit(PairsInput.examples(file, model, err));
        OptionalDouble threshold = FixedSequence.loosest(fitted.scored(), target, ALPHA);
        write(fitted.judge().withThreshold(threshold.orElse(1)), threshold.isPresent());
    }

    private CrossFit fit(List<Example> examples) {
        try {
            return CrossFit.of(examples, new SplittableRandom(seed));
        } catch (IllegalArgumentException refused) {
            throw CommandFailedException.usage(file + ": " + refused.getMessage());
        }
    }

    private void write(Judge judge, boolean found) {
        try {
            Files.writeString(to, judge.text());
        } catch (IOException refused) {
            throw CommandFailedException.usage(to + ": cannot be written: " + refused);
        }
        out.print(judge.text());
        out.println(
                found
                        ? String.format(
                                Locale.ROOT, "serves from %.4f on, for at most %s wrong", judge.threshold(), target)
                        : "serves nothing: no threshold keeps at most " + target + " wrong with a confidence of 95 %");
    }
}
