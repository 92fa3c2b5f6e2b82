package dev.penstock.deploy;

import dev.penstock.cache.bound.FixedSequence;
import dev.penstock.cache.bound.FixedSequence.Scored;
import dev.penstock.cache.judge.Calibration;
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
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code penstock cache calibrate}. */
@Command(
        name = "calibrate",
        mixinStandardHelpOptions = true,
        description = {
            "Make a judge of labelled pairs: its weights of one half of them, its threshold of the other.",
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
        List<Example> examples = PairsInput.examples(file, model, err);
        SplittableRandom random = new SplittableRandom(seed);
        boolean[] first = new boolean[examples.size()];
        for (int i = 0; i < first.length; i++) {
            first[i] = random.nextBoolean();
        }
        Judge fitted = fit(half(examples, first, true));
        List<Scored> scored = half(examples, first, false).stream()
                .map(example -> new Scored(
                        fitted.probability(example.one(), example.other(), example.cosine()), !example.serves()))
                .filter(each -> each.score() > 0)
                .toList();
        OptionalDouble threshold = FixedSequence.loosest(scored, target, ALPHA);
        write(fitted.withThreshold(threshold.orElse(1)), threshold.isPresent());
    }

    private static List<Example> half(List<Example> examples, boolean[] first, boolean which) {
        return IntStream.range(0, first.length)
                .filter(i -> first[i] == which)
                .mapToObj(examples::get)
                .toList();
    }

    private Judge fit(List<Example> examples) {
        try {
            return Calibration.fit(examples);
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
