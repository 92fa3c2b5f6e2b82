package dev.penstock.deploy;

import dev.penstock.cache.judge.CrossFit;
import dev.penstock.cache.judge.Example;
import dev.penstock.cache.judge.Judge;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
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
            "Make a judge of labelled pairs. For its thresholds each is scored by a judge of the nine tenths that it is not in.",
            "The threshold of a target is the loosest that keeps it with a confidence of 95 %; a target that none keeps is"
                    + " left out, and that is said: for it the judge serves nothing."
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
            split = ",",
            defaultValue = "0.002,0.005,0.01,0.02,0.05,0.1",
            description = "The most that may be wrong of what is served, several separated by commas (default:"
                    + " ${DEFAULT-VALUE}).")
    private List<Double> targets = List.of();

    @Option(
            names = "--seed",
            paramLabel = "NUMBER",
            defaultValue = "1",
            description = "Which pairs are in which tenth (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "Where the judge is written.")
    private Path to = Path.of("");

    CacheCalibrateCommand(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public void run() {
        for (double target : targets) {
            if (!(target > 0 && target < 1)) {
                throw CommandFailedException.usage(
                        "--max-false-hit-rate: " + target + " (expected: above 0 and below 1)");
            }
        }
        write(fit(PairsInput.examples(file, model, err)).judge(targets, ALPHA));
    }

    private CrossFit fit(List<Example> examples) {
        try {
            return CrossFit.of(examples, new SplittableRandom(seed));
        } catch (IllegalArgumentException refused) {
            throw CommandFailedException.usage(file + ": " + refused.getMessage());
        }
    }

    private void write(Judge judge) {
        try {
            Files.writeString(to, judge.text());
        } catch (IOException refused) {
            throw CommandFailedException.usage(to + ": cannot be written: " + refused);
        }
        out.print(judge.text());
        for (double target : targets) {
            out.println(
                    judge.thresholds().containsKey(target)
                            ? String.format(
                                    Locale.ROOT,
                                    "serves from %.4f on, for at most %s wrong",
                                    judge.thresholds().get(target),
                                    target)
                            : "serves nothing for at most " + target
                                    + " wrong: no threshold keeps it with a confidence of 95 %");
        }
    }
}
