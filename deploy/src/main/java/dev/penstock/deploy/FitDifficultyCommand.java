package dev.penstock.deploy;

import dev.penstock.routing.model.DifficultyFit;
import dev.penstock.routing.model.DifficultyModel;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code penstock fit-difficulty}. */
@Command(
        name = "fit-difficulty",
        mixinStandardHelpOptions = true,
        description = {
            "Fit the section `difficulty` of a gateway's configuration to labelled requests, and print it.",
            "Each line of the file is a request's body (`messages` or `prompt`, and whatever else it has) with the field"
                    + " `hard`: true where a small model's answer was not good enough."
        },
        footerHeading = "%nExample:%n",
        footer = "  {\"hard\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Prove that ...\"}]}")
final class FitDifficultyCommand implements Runnable {
    private final PrintWriter out;

    @Parameters(paramLabel = "FILE.jsonl", description = "The labelled requests, a JSON object on each line.")
    private Path file = Path.of("");

    @Option(
            names = "--lambda",
            paramLabel = "NUMBER",
            defaultValue = "1",
            description = "The L2 penalty; more shrinks the weights (default: ${DEFAULT-VALUE}).")
    private double lambda;

    @Option(
            names = "--folds",
            paramLabel = "COUNT",
            defaultValue = "5",
            description = "Folds of the cross validation, no more than requests (default: ${DEFAULT-VALUE}).")
    private int folds;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "A gateway's configuration, with whose difficulty.examples the requests are compared: gives"
                    + " that feature its weight. Requests that are among the examples are left out.")
    private Optional<Path> config = Optional.empty();

    FitDifficultyCommand(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void run() {
        List<DifficultyFit.Example> examples = ComparedRequests.of(LabelledRequests.read(file), config);
        int used = Math.min(folds, Math.max(2, examples.size()));
        DifficultyFit.Fitted fitted;
        try {
            fitted = DifficultyFit.fit(examples, lambda, used);
        } catch (IllegalArgumentException refused) {
            throw CommandFailedException.usage(file + ": " + refused.getMessage());
        }
        long hard = examples.stream().filter(DifficultyFit.Example::hard).count();
        print("# %d requests, %d of them hard; L2 penalty %s", examples.size(), hard, lambda);
        print(
                "# accuracy: %.3f on these, %.3f in %d-fold cross validation; %.3f by calling all of them alike",
                fitted.train().accuracy(), fitted.test().accuracy(), used, fitted.majority());
        print(
                "# log loss: %.3f on these, %.3f in cross validation (%.3f by a coin)",
                fitted.train().logLoss(), fitted.test().logLoss(), Math.log(2));
        yaml(fitted.model());
    }

    private void yaml(DifficultyModel model) {
        print("difficulty:");
        print("  bias: %.4f", model.bias());
        print("  weights:");
        model.weights().forEach((feature, weight) -> print("    %s: %.4f", feature.wireName(), weight));
    }

    private void print(String format, Object... arguments) {
        out.println(String.format(Locale.ROOT, format, arguments));
    }
}
