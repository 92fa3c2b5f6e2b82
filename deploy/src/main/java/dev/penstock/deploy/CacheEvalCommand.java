package dev.penstock.deploy;

import dev.penstock.cache.eval.Evaluation;
import dev.penstock.cache.eval.EvaluationJson;
import dev.penstock.cache.eval.EvaluationPlot;
import dev.penstock.cache.eval.EvaluationText;
import dev.penstock.cache.judge.Judge;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code penstock cache eval}. */
@Command(
        name = "eval",
        mixinStandardHelpOptions = true,
        description = {
            "Measure on labelled pairs of questions how much the cache would serve, and how much of that would be right,"
                    + " beside plain thresholds of the cosine.",
            "The file has values separated by tabs, and names at least the columns a, b and label in its first line; a"
                    + " label of 1 says that the answer to a serves b.",
            "The last line printed is one JSON object."
        })
final class CacheEvalCommand implements Runnable {
    private final PrintWriter out;
    private final PrintWriter err;

    @Parameters(paramLabel = "PAIRS.tsv", description = "The labelled pairs.")
    private Path file = Path.of("");

    @Mixin
    private EmbeddingModelOption model = new EmbeddingModelOption();

    @Option(names = "--judge", paramLabel = "FILE", description = "Another judge than that of the product.")
    private Optional<Path> judge = Optional.empty();

    @Option(
            names = "--max-false-hit-rate",
            paramLabel = "SHARE",
            defaultValue = "0.01",
            description = "The most that may be wrong of what is served: its threshold is the judge's (default:"
                    + " ${DEFAULT-VALUE}).")
    private double target;

    @Option(
            names = "--threshold",
            paramLabel = "P",
            description = "The least probability that is served, 0 to 1, instead.")
    private Optional<Double> threshold = Optional.empty();

    @Option(names = "--json", paramLabel = "FILE", description = "Write the numbers and both curves.")
    private Optional<Path> json = Optional.empty();

    @Option(names = "--plot", paramLabel = "FILE.svg", description = "Draw both curves.")
    private Optional<Path> plot = Optional.empty();

    CacheEvalCommand(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public void run() {
        Judge judge = JudgeFile.read(this.judge);
        OptionalDouble from = from(judge);
        Evaluation measured = Evaluation.of(judge, from, PairsInput.examples(file, model, err));
        out.print(EvaluationText.of(measured, judge.thresholds()));
        json.ifPresent(to -> write(to, EvaluationJson.whole(measured) + "\n"));
        plot.ifPresent(to -> write(to, EvaluationPlot.svg(measured)));
        out.println();
        out.println(EvaluationJson.summary(measured));
    }

    private OptionalDouble from(Judge judge) {
        if (threshold.isPresent()) {
            double given = threshold.get();
            if (!(given >= 0 && given <= 1)) {
                throw CommandFailedException.usage("--threshold: " + given + " (expected: 0 to 1)");
            }
            return OptionalDouble.of(given);
        }
        if (!(target > 0 && target < 1)) {
            throw CommandFailedException.usage("--max-false-hit-rate: " + target + " (expected: above 0 and below 1)");
        }
        OptionalDouble own = judge.threshold(target);
        if (own.isEmpty()) {
            err.println("the judge serves nothing for at most " + target + " wrong: it has thresholds for "
                    + judge.thresholds().keySet());
        }
        return own;
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException refused) {
            throw CommandFailedException.usage(file + ": cannot be written: " + refused);
        }
    }
}
