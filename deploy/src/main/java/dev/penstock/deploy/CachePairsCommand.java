package dev.penstock.deploy;

import dev.penstock.cache.eval.LabelledTexts;
import dev.penstock.cache.eval.LabelledTexts.Labelled;
import dev.penstock.cache.eval.Pair;
import dev.penstock.cache.eval.PairsFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code penstock cache pairs}. */
@Command(
        name = "pairs",
        mixinStandardHelpOptions = true,
        description = {
            "Make labelled pairs of labelled texts, such as questions with their intents: each text with those nearest to"
                    + " it, as a cache would meet them. One answer serves two of one label.",
            "Pairs for calibration and pairs for evaluation have no text in common, and with --divide labels no label."
        })
final class CachePairsCommand implements Runnable {
    private final PrintWriter out;
    private final PrintWriter err;

    @Parameters(
            paramLabel = "TEXTS.csv",
            description = "A text and its label a line; the first line names the columns.")
    private Path file = Path.of("");

    @Mixin
    private EmbeddingModelOption model = new EmbeddingModelOption();

    @Option(
            names = "--text",
            paramLabel = "COLUMN",
            defaultValue = "text",
            description = "The texts (${DEFAULT-VALUE}).")
    private String text = "text";

    @Option(
            names = "--label",
            paramLabel = "COLUMN",
            defaultValue = "category",
            description = "Their labels (${DEFAULT-VALUE}).")
    private String label = "category";

    /** What is divided. */
    enum Divided {
        TEXTS,
        LABELS
    }

    @Option(
            names = "--divide",
            paramLabel = "WHAT",
            defaultValue = "texts",
            description = "What is held out for evaluation: texts, or labels with all their texts (${DEFAULT-VALUE}).")
    private Divided divide = Divided.TEXTS;

    @Option(
            names = "--held-out",
            paramLabel = "SHARE",
            defaultValue = "0.4",
            description = "The share that is for evaluation (default: ${DEFAULT-VALUE}).")
    private double heldOut;

    @Option(
            names = "--near",
            paramLabel = "N",
            defaultValue = "3",
            description = "Nearest by embedding (${DEFAULT-VALUE}).")
    private int near;

    @Option(
            names = "--alike",
            paramLabel = "N",
            defaultValue = "2",
            description = "Most words in common (${DEFAULT-VALUE}).")
    private int alike;

    @Option(
            names = "--seed",
            paramLabel = "NUMBER",
            defaultValue = "1",
            description = "Which are held out (${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--calibration",
            paramLabel = "FILE",
            required = true,
            description = "Where those for calibration go.")
    private Path calibration = Path.of("");

    @Option(
            names = "--evaluation",
            paramLabel = "FILE",
            required = true,
            description = "Where those for evaluation go.")
    private Path evaluation = Path.of("");

    CachePairsCommand(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public void run() {
        if (!(heldOut > 0 && heldOut < 1) || near < 1 || alike < 0) {
            throw CommandFailedException.usage("--held-out: " + heldOut + ", --near: " + near + ", --alike: " + alike
                    + " (expected: above 0 and below 1, at least 1, at least 0)");
        }
        List<Labelled> texts = LabelledCsv.read(file, text, label);
        Map<String, float[]> vectors =
                model.vectors(texts.stream().map(Labelled::text).toList(), err);
        Predicate<Labelled> held = heldOut(texts);
        write(calibration, texts.stream().filter(held.negate()).toList(), vectors);
        write(evaluation, texts.stream().filter(held).toList(), vectors);
    }

    private Predicate<Labelled> heldOut(List<Labelled> texts) {
        Function<Labelled, String> part = divide == Divided.TEXTS ? Labelled::text : Labelled::label;
        SplittableRandom random = new SplittableRandom(seed);
        Set<String> held = texts.stream().map(part).collect(Collectors.toCollection(TreeSet::new)).stream()
                .filter(each -> random.nextDouble() < heldOut)
                .collect(Collectors.toSet());
        return each -> held.contains(part.apply(each));
    }

    private void write(Path to, List<Labelled> part, Map<String, float[]> vectors) {
        if (part.size() < 2) {
            throw CommandFailedException.usage(
                    file + ": " + part.size() + " texts for " + to + " (expected: at least 2)");
        }
        List<Pair> pairs = LabelledTexts.pairs(part, near, alike, vectors::get);
        try {
            PairsFile.write(to, pairs);
        } catch (IOException refused) {
            throw CommandFailedException.usage(to + ": cannot be written: " + refused);
        }
        long serving = pairs.stream().filter(Pair::serves).count();
        out.println(
                to + ": " + pairs.size() + " pairs of " + part.size() + " texts, " + serving + " served by one answer");
    }
}
