package dev.penstock.deploy;

import dev.penstock.loadtest.generator.Arrivals;
import dev.penstock.loadtest.generator.LoadPlan;
import dev.penstock.loadtest.generator.LoadProgress;
import dev.penstock.loadtest.generator.LoadResult;
import dev.penstock.loadtest.generator.LoadRun;
import dev.penstock.loadtest.generator.RequestShape;
import dev.penstock.loadtest.mock.AnswerKey;
import dev.penstock.loadtest.report.LoadReport;
import dev.penstock.runtime.config.ByteSize;
import dev.penstock.runtime.net.TransportName;
import dev.penstock.runtime.net.Transports;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code penstock load}. */
@Command(
        name = "load",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Send load to an OpenAI-compatible URL, check every answer, and report latencies, goodput and errors.",
            "When requests are sent is fixed before the first one is (open loop): a slow answer delays nobody's clock.",
            "Ends with 0 when all answers were right, with 1 when some were not."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  penstock load --url http://127.0.0.1:8080 --model penstock-mini --rate 5 --mix stream=1",
            "  penstock load --url http://127.0.0.1:9901 --rate 1000 --verify-seed 1",
            "  penstock load --url http://127.0.0.1:9901 --arrivals saturate --connections 64 --html load.html"
        })
final class LoadCommand implements Callable<Integer> {
    private final PrintWriter out;
    private final PrintWriter err;

    @Option(
            names = "--url",
            required = true,
            paramLabel = "URL",
            description = "Where to send it, with or without /v1.")
    private URI url = URI.create("");

    @Option(
            names = "--api-key",
            paramLabel = "REF",
            description = "The key to send: env:NAME or file:PATH, never the key itself.")
    private Optional<String> apiKey = Optional.empty();

    @Option(
            names = "--header",
            paramLabel = "NAME=VALUE",
            description = "A header to send with each request; may be repeated.")
    private Map<String, String> headers = new LinkedHashMap<>();

    @Mixin
    private final ArrivalOptions arrivals = new ArrivalOptions();

    @Option(
            names = "--mix",
            paramLabel = "KIND=WEIGHT",
            split = ",",
            description =
                    "Proportions of chat, stream and embedding requests, and of lists of models. Default: chat=1.")
    private Map<String, Double> mix = new LinkedHashMap<>();

    @Option(
            names = "--model",
            defaultValue = "mock",
            paramLabel = "NAME",
            description = "The model of chats and streams. Default: ${DEFAULT-VALUE}.")
    private String model = "";

    @Option(
            names = "--embedding-model",
            defaultValue = "mock",
            paramLabel = "NAME",
            description = "The model of embeddings. Default: ${DEFAULT-VALUE}.")
    private String embeddingModel = "";

    @Option(
            names = "--body",
            defaultValue = "1KiB",
            paramLabel = "SIZE",
            description = "Length of a request's body; a prompt fills it. Default: ${DEFAULT-VALUE}.")
    private String body = "";

    @Option(
            names = "--tokens",
            defaultValue = "100",
            paramLabel = "N",
            description = "max_tokens of a request. Default: ${DEFAULT-VALUE}.")
    private int tokens;

    @Option(
            names = "--prompts",
            defaultValue = "64",
            paramLabel = "N",
            description = "How many different prompts there are. Default: ${DEFAULT-VALUE}.")
    private int prompts;

    @Option(
            names = "--connections",
            defaultValue = "10000",
            paramLabel = "N",
            description = "At most so many connections; when saturating, exactly so many. Default: ${DEFAULT-VALUE}.")
    private int connections;

    @Option(
            names = "--timeout",
            defaultValue = "120s",
            paramLabel = "TIME",
            description = "What an answer may take, from the moment its request was due. Default: ${DEFAULT-VALUE}.")
    private Duration timeout = Duration.ZERO;

    @Mixin
    private final SloOptions slo = new SloOptions();

    @Option(
            names = "--verify-seed",
            paramLabel = "SEED",
            description = "The seed of the mock behind the URL: its answers are then checked to the byte.")
    private Optional<Long> verifySeed = Optional.empty();

    @Option(
            names = "--token-bytes",
            defaultValue = "4",
            paramLabel = "N",
            description = "The mock's --token-bytes. Default: ${DEFAULT-VALUE}.")
    private int tokenBytes;

    @Option(
            names = "--seed",
            defaultValue = "1",
            paramLabel = "SEED",
            description = "Of arrivals, kinds and prompts: the same seed is the same load. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(names = "--loops", paramLabel = "N", description = "Event loops. Default: half of the cores.")
    private int loops = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);

    @Option(names = "--json", paramLabel = "FILE", description = "Write the result there as JSON, too.")
    private Optional<Path> json = Optional.empty();

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description = "Write a report with plots there, too: one file that needs no other.")
    private Optional<Path> html = Optional.empty();

    LoadCommand(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public Integer call() throws InterruptedException {
        LoadPlan plan;
        try {
            plan = plan();
        } catch (IllegalArgumentException invalid) {
            throw CommandFailedException.usage(String.valueOf(invalid.getMessage()));
        }
        LoadResult result = run(plan);
        out.print(LoadReport.text(plan, result));
        out.flush();
        json.ifPresent(file -> write(file, LoadReport.json(plan, result)));
        html.ifPresent(file -> write(file, LoadReport.html(plan, result)));
        return result.failed() == 0 ? 0 : 1;
    }

    private LoadPlan plan() {
        Arrivals when = arrivals.arrivals();
        return new LoadPlan(
                url,
                apiKey.map(LoadOptions::secret),
                headers,
                when,
                LoadOptions.mix(mix),
                new RequestShape(model, embeddingModel, ByteSize.parse(body).intBytes(), tokens, prompts),
                arrivals.warmUp(),
                arrivals.length(),
                connections,
                timeout,
                loops,
                seed,
                verifySeed.map(known -> new AnswerKey(known, tokenBytes)),
                slo.slo());
    }

    private LoadResult run(LoadPlan plan) throws InterruptedException {
        Vertx vertx = Vertx.builder()
                .with(new VertxOptions().setEventLoopPoolSize(plan.loops()))
                .withTransport(Transports.choose(TransportName.AUTO).transport())
                .build();
        try {
            return LoadRun.run(vertx, plan, progress());
        } catch (UncheckedIOException | IllegalArgumentException trace) {
            throw CommandFailedException.usage(String.valueOf(trace.getMessage()));
        } finally {
            vertx.close().await();
        }
    }

    /** One line that is written over where somebody looks; a line every ten seconds where nobody does. */
    private LoadProgress progress() {
        boolean watched = Optional.ofNullable(System.console())
                .filter(Console::isTerminal)
                .isPresent();
        return state -> {
            String line = String.format(
                    Locale.ROOT,
                    "%4d/%d s  %,8d right/s  %,6d failed/s  %,7d under way  p50 %.2f ms  p99 %.2f ms",
                    state.secondsGone(),
                    state.secondsPlanned(),
                    state.right(),
                    state.failed(),
                    state.inFlight(),
                    state.p50Nanos() / 1e6,
                    state.p99Nanos() / 1e6);
            if (watched) {
                err.print("\r\033[K" + line + (state.over() ? "\n" : ""));
                err.flush();
            } else if (state.secondsGone() % 10 == 0 || state.over()) {
                err.println(line);
            }
        };
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException unwritable) {
            throw CommandFailedException.failure(file + ": cannot be written: " + unwritable.getMessage());
        }
    }
}
