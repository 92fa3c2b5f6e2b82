package dev.penstock.deploy;

import dev.penstock.loadtest.mock.AnswerKey;
import dev.penstock.loadtest.mock.Delay;
import dev.penstock.loadtest.mock.Fault;
import dev.penstock.loadtest.mock.FaultMix;
import dev.penstock.loadtest.mock.MockEngine;
import dev.penstock.loadtest.mock.MockSettings;
import dev.penstock.runtime.config.Durations;
import dev.penstock.runtime.net.TransportName;
import dev.penstock.runtime.net.Transports;
import dev.penstock.runtime.telemetry.Logging;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;

/** {@code penstock mock}. */
@Command(
        name = "mock",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        showDefaultValues = true,
        description = {
            "Run an OpenAI-compatible engine without a model, to test and to measure what stands in front of it.",
            "An answer depends on the seed and on the texts of the request, and on nothing else."
        },
        footerHeading = "%nFaults:%n",
        footer = {
            "  500, 503, 429      that status",
            "  reset              a TCP reset instead of an answer",
            "  reset-mid-stream   a TCP reset after half of the answer",
            "  hang               no answer at all",
            "  garbage            neither JSON nor UTF-8",
            "  truncated          ends in the middle of the JSON, in order",
            "  missing-done       a stream without its [DONE]",
            "  endless-line       a line that does not end",
            "  slow               ten times the time",
            "",
            "Examples:",
            "  penstock mock --ttft 0 --inter-token 0       as fast as it goes",
            "  penstock mock --jitter 0.5 --tokens 200      like an engine under load",
            "  penstock mock --fault 500=0.01 --fault hang=0.001"
        })
final class MockCommand implements Runnable {
    private final PrintWriter out;

    @Option(names = "--host", paramLabel = "HOST", description = "The address to bind.")
    private String host = "127.0.0.1";

    @Option(names = "--port", paramLabel = "PORT", description = "The port to serve; 0 takes a free one.")
    private int port = 9901;

    @Option(names = "--models", paramLabel = "NAME", split = ",", description = "The models that it has.")
    private List<String> models = List.of("mock");

    @Option(names = "--seed", paramLabel = "N", description = "Of the answers, and of delays.")
    private long seed = 1;

    @Option(names = "--token-bytes", paramLabel = "N", description = "The length of a token's text, from 2.")
    private int tokenBytes = 4;

    @Option(names = "--tokens", paramLabel = "N", description = "The tokens of an answer where a request does not say.")
    private int tokens = 16;

    @Option(
            names = "--dimensions",
            paramLabel = "N",
            description = "The dimensions of an embedding where a request does not say.")
    private int dimensions = 384;

    @Option(names = "--ttft", paramLabel = "TIME", description = "The mean time to the first token, 0 for none.")
    private String timeToFirstToken = "20ms";

    @Option(
            names = "--inter-token",
            paramLabel = "TIME",
            description = "The mean time from token to token, 0 for none.")
    private String interToken = "20ms";

    @Option(
            names = "--jitter",
            paramLabel = "V",
            description = "Varies both times: lognormal with this coefficient of variation, from 0 to 10; or"
                    + " uniform:S, within a share from 0 to 1 of the mean.")
    private String jitter = "0";

    @Option(
            names = "--batch-slowdown",
            paramLabel = "S",
            description = "With n requests at once the time from token to token is longer by the factor 1 + S (n - 1).")
    private double batchSlowdown = 0;

    @Option(
            names = "--separate-chunks",
            description = "Send each event of a stream by itself, also where it is time for several.")
    private boolean separateChunks;

    @Option(
            names = "--max-concurrent",
            paramLabel = "N",
            description = "Requests at once; one more is answered 503 with Retry-After.")
    private int maxConcurrent = 100_000;

    @Option(
            names = "--fault",
            paramLabel = "NAME=P",
            description = "A fault and its probability; may be given several times.",
            showDefaultValue = Visibility.NEVER)
    private Map<String, Double> faults = Map.of();

    @Option(names = "--fault-seed", paramLabel = "N", description = "Of the sequence of faults.")
    private long faultSeed = 1;

    @Option(
            names = "--loops",
            paramLabel = "N",
            description = "Event loops, from 1 to 256; as many as there are processors where it is not given.",
            showDefaultValue = Visibility.NEVER)
    private int loops = Runtime.getRuntime().availableProcessors();

    MockCommand(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void run() {
        MockSettings settings = settings();
        if (loops < 1 || loops > 256) {
            throw CommandFailedException.usage("--loops: " + loops + " (expected: 1 to 256)");
        }
        if (port < 0 || port > 65_535) {
            throw CommandFailedException.usage("--port: " + port + " (expected: 0 to 65535)");
        }
        Logging.configure(Logging.Format.TEXT, Logging.Verbosity.WARN);
        Vertx vertx = Transports.vertx(TransportName.AUTO, new VertxOptions().setEventLoopPoolSize(loops));
        MockEngine engine = start(vertx, settings);
        Foreground.run("mock", () -> stop(engine, vertx), () -> {
            out.print(greeting(engine, settings));
            out.flush();
        });
    }

    /** One after the other: what waits on an event loop for its Vert.x to close waits for ever. */
    static void stop(MockEngine engine, Vertx vertx) {
        await(engine.close());
        await(vertx.close());
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }

    /** The options as settings; the faults of all that are wrong with their names. */
    MockSettings settings() {
        try {
            return new MockSettings(
                    models,
                    new AnswerKey(seed, tokenBytes),
                    tokens,
                    dimensions,
                    delay("--ttft", timeToFirstToken),
                    delay("--inter-token", interToken),
                    batchSlowdown,
                    maxConcurrent,
                    faultMix(),
                    separateChunks);
        } catch (IllegalArgumentException invalid) {
            throw CommandFailedException.usage(String.valueOf(invalid.getMessage()));
        }
    }

    private FaultMix faultMix() {
        Map<Fault, Double> mix = new EnumMap<>(Fault.class);
        faults.forEach((name, probability) -> mix.put(Fault.of(name), probability));
        return new FaultMix(mix, faultSeed);
    }

    private Delay delay(String option, String text) {
        Duration mean;
        try {
            mean = Durations.parse(text);
        } catch (IllegalArgumentException invalid) {
            throw new IllegalArgumentException(option + ": " + invalid.getMessage());
        }
        if (mean.compareTo(Delay.MAX) > 0) {
            throw new IllegalArgumentException(option + ": " + text + " (expected: at most 1h)");
        }
        boolean uniform = jitter.startsWith("uniform:");
        double amount;
        try {
            amount = Double.parseDouble(uniform ? jitter.substring("uniform:".length()) : jitter);
            return amount == 0
                    ? new Delay.Constant(mean)
                    : uniform ? new Delay.Uniform(mean, amount) : new Delay.Lognormal(mean, amount);
        } catch (IllegalArgumentException invalid) {
            throw new IllegalArgumentException(
                    "--jitter: " + jitter + " (expected: 0 to 10, or uniform: and a number from 0 to 1)");
        }
    }

    private MockEngine start(Vertx vertx, MockSettings settings) {
        try {
            return await(MockEngine.start(vertx, settings, host, port, loops));
        } catch (CompletionException refused) {
            await(vertx.close());
            throw CommandFailedException.usage("mock: " + host + ":" + port + ": " + StartFailure.reason(refused));
        }
    }

    private String greeting(MockEngine engine, MockSettings settings) {
        return """
                The mock is ready.

                  API     %s/v1
                  Models  %s
                  Seed    %d, tokens of %d bytes, %d to an answer
                  Pace    first token after %s, then one every %s
                  Stats   %s/mock/stats

                Try it:

                  curl %s/v1/chat/completions -H 'Content-Type: application/json' -d '%s'

                Ctrl-C ends it.
                """.formatted(
                        engine.uri(),
                        String.join(", ", settings.models()),
                        seed,
                        tokenBytes,
                        tokens,
                        Durations.format(settings.timeToFirstToken().mean()),
                        Durations.format(settings.interToken().mean()),
                        engine.uri(),
                        engine.uri(),
                        "{\"model\": \"" + settings.models().getFirst()
                                + "\", \"messages\": [{\"role\": \"user\", \"content\": \"What is a gateway?\"}]}");
    }
}
