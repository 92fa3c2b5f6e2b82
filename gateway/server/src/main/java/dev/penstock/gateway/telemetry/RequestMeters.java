package dev.penstock.gateway.telemetry;

import dev.penstock.gateway.pipeline.Charge;
import dev.penstock.gateway.pipeline.MemoryNote;
import dev.penstock.gateway.pipeline.RequestRecord;
import dev.penstock.gateway.pipeline.Settlement;
import dev.penstock.routing.Directory;
import dev.penstock.routing.Operation;
import dev.penstock.routing.TokenUsage;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Meters of finished requests. Names, labels and bucket bounds are those of the OpenTelemetry semantic conventions for
 * generative AI where they have one; the rest begin with {@code penstock}.
 *
 * <p>Source: OpenTelemetry, "Semantic conventions for generative AI metrics",
 * https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-metrics/.
 */
public final class RequestMeters implements Settlement {
    private static final double[] DURATION_SECONDS = {
        0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92
    };
    private static final double[] FIRST_TOKEN_SECONDS = {
        0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0
    };
    private static final double[] PER_TOKEN_SECONDS = {
        0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0, 2.5
    };
    private static final double[] TOKENS = {
        1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864
    };

    private static final double NANO = 1e9;

    /** What a request's meters are told apart by. {@code error} is empty for a success: then the label is absent. */
    private record Labels(Operation operation, String model, String error) {}

    private record Meters(
            Timer duration, Timer firstToken, Timer perToken, DistributionSummary input, DistributionSummary output) {}

    private record Result(int status, String result) {}

    private record Recalled(String state, String reason) {}

    private final MeterRegistry registry;
    private final ModelLabels models;
    private final Map<Labels, Meters> meters = new ConcurrentHashMap<>();
    private final Map<Result, Counter> results = new ConcurrentHashMap<>();
    private final Map<Recalled, Counter> recalls = new ConcurrentHashMap<>();
    private final Counter saved;
    private final Timer queued;
    private final Counter attempts;
    private final Counter hedges;
    private final Counter escalations;
    private final Map<String, Counter> costs = new ConcurrentHashMap<>();
    private final Counter unpriced;

    /**
     * Meters in a registry.
     *
     * @param directory the workers at this moment: model names that none of them serves are labelled {@code other}
     */
    public RequestMeters(MeterRegistry registry, Supplier<Directory> directory) {
        this.registry = registry;
        this.models = new ModelLabels(directory);
        this.queued = Timer.builder("penstock.queue.wait")
                .description("How long requests that were sent to a worker waited for room")
                .serviceLevelObjectives(seconds(FIRST_TOKEN_SECONDS))
                .register(registry);
        this.saved = Counter.builder("penstock.cache.saved.usd")
                .description("What answers from memory would have cost, in US dollars, as far as prices are known")
                .register(registry);
        this.unpriced = Counter.builder("penstock.cost.unknown")
                .description("Attempts that used tokens of a model whose price is unknown")
                .register(registry);
        this.attempts = Counter.builder("penstock.attempts")
                .description("Attempts at workers, first ones and further ones")
                .register(registry);
        this.hedges = Counter.builder("penstock.hedges")
                .description("Second copies of requests whose first had given nothing")
                .register(registry);
        this.escalations = Counter.builder("penstock.escalations")
                .description("Larger models that were asked since an answer was not confident enough")
                .register(registry);
    }

    @Override
    public void settle(RequestRecord request) {
        boolean succeeded = request.result().equals("ok");
        Labels labels = new Labels(request.operation(), models.of(request.model()), succeeded ? "" : request.result());
        Meters meter = meters.computeIfAbsent(labels, this::register);
        meter.duration.record(request.total());
        if (request.stream()) {
            request.timeToFirstToken().ifPresent(meter.firstToken::record);
        }
        long generated = request.usage().completionTokens();
        if (succeeded
                && request.stream()
                && generated > 1
                && request.timeToFirstToken().isPresent()) {
            Duration decoding = request.total().minus(request.timeToFirstToken().get());
            meter.perToken.record(Math.max(0, decoding.toNanos()) / (generated - 1), TimeUnit.NANOSECONDS);
        }
        if (request.charges().isEmpty()) {
            tokens(meter, request.usage());
        }
        request.charges().forEach(charge -> charge(labels, charge));
        if (request.attempts() > 0) {
            queued.record(request.queued());
            attempts.increment(request.attempts());
            hedges.increment(request.hedges());
            escalations.increment(request.escalations());
        }
        memory(request.memory());
        results.computeIfAbsent(new Result(request.status(), request.result()), this::counter)
                .increment();
    }

    private void memory(MemoryNote note) {
        if (!note.state().isEmpty()) {
            recalls.computeIfAbsent(new Recalled(note.state(), note.reason().orElse("")), this::recall)
                    .increment();
            saved.increment(note.savedNanoUsd() / NANO);
        }
    }

    private Counter recall(Recalled recalled) {
        return Counter.builder("penstock.cache.requests")
                .description("Requests by what memory had to do with them")
                .tag("result", recalled.state)
                .tag("reason", recalled.reason)
                .register(registry);
    }

    /** What each attempt used is told of its own model, hedges that lost and answers that were not sent included. */
    private void charge(Labels labels, Charge charge) {
        String model = models.of(Optional.of(charge.model()));
        tokens(
                meters.computeIfAbsent(new Labels(labels.operation, model, labels.error), this::register),
                charge.usage());
        if (charge.usd().isPresent()) {
            costs.computeIfAbsent(model, this::cost).increment(charge.usd().getAsDouble());
        } else {
            unpriced.increment();
        }
    }

    private static void tokens(Meters meter, TokenUsage usage) {
        if (usage.promptTokens() > 0) {
            meter.input.record((double) usage.promptTokens());
        }
        if (usage.completionTokens() > 0) {
            meter.output.record((double) usage.completionTokens());
        }
    }

    private Counter cost(String model) {
        return Counter.builder("penstock.cost.usd")
                .description("What finished requests cost, in US dollars, as far as prices are known")
                .tag("model", model)
                .register(registry);
    }

    private Counter counter(Result result) {
        return Counter.builder("penstock.requests")
                .description("Finished requests by the status the client saw and how they ended")
                .tag("status", Integer.toString(result.status))
                .tag("result", result.result)
                .register(registry);
    }

    private Meters register(Labels labels) {
        Tags tags = Tags.of(
                "gen_ai.operation.name",
                operationName(labels.operation),
                "gen_ai.provider.name",
                "penstock",
                "gen_ai.request.model",
                labels.model);
        Tags withError = tags.and("error.type", labels.error);
        return new Meters(
                timer("gen_ai.server.request.duration", "From receipt to the end", DURATION_SECONDS, withError),
                timer(
                        "gen_ai.server.time_to_first_token",
                        "From receipt to the first content sent on, of streams",
                        FIRST_TOKEN_SECONDS,
                        tags),
                timer(
                        "gen_ai.server.time_per_output_token",
                        "Between tokens, after the first, of streams that succeeded",
                        PER_TOKEN_SECONDS,
                        tags),
                tokens(tags.and("gen_ai.token.type", "input")),
                tokens(tags.and("gen_ai.token.type", "output")));
    }

    private Timer timer(String name, String description, double[] bounds, Tags tags) {
        return Timer.builder(name)
                .description(description)
                .serviceLevelObjectives(seconds(bounds))
                .tags(tags)
                .register(registry);
    }

    private DistributionSummary tokens(Tags tags) {
        return DistributionSummary.builder("gen_ai.client.token.usage")
                .description("Tokens of finished requests")
                .serviceLevelObjectives(TOKENS)
                .tags(tags)
                .register(registry);
    }

    private static Duration[] seconds(double[] bounds) {
        return Arrays.stream(bounds)
                .mapToObj(bound -> Duration.ofNanos(Math.round(bound * 1e9)))
                .toArray(Duration[]::new);
    }

    /** The well-known values of {@code gen_ai.operation.name}. */
    private static String operationName(Operation operation) {
        return switch (operation) {
            case CHAT -> "chat";
            case COMPLETION -> "text_completion";
            case EMBEDDING -> "embeddings";
        };
    }
}
