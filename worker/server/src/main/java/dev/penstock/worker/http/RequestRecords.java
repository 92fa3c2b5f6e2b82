package dev.penstock.worker.http;

import dev.penstock.runtime.telemetry.RequestLog;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * What is kept of a request when it is through: one line of log and the metrics, under OpenTelemetry's names for
 * generative models where it has one. Neither ever holds a prompt, an answer or a name that a client made up.
 */
final class RequestRecords {
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(5), Duration.ofMillis(10), Duration.ofMillis(25), Duration.ofMillis(50),
        Duration.ofMillis(100), Duration.ofMillis(250), Duration.ofMillis(500), Duration.ofSeconds(1),
        Duration.ofMillis(2500), Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(30),
        Duration.ofSeconds(60)
    };

    private final RequestLog lines = new RequestLog();
    private final MeterRegistry registry;
    private final TokenRates rates;
    private final Map<MeterKey, Meters> meters = new ConcurrentHashMap<>();

    /**
     * A request that is through.
     *
     * @param id its id
     * @param endpoint what was asked
     * @param model the model that answered; empty where none did
     * @param status the status of the answer
     * @param outcome {@code ok}, {@code cancelled}, or the code of an error
     * @param promptTokens tokens read
     * @param completionTokens tokens generated
     * @param firstTokenNanos from the request to the first token
     * @param nanos from the request to the end
     */
    record Entry(
            String id,
            Endpoint endpoint,
            String model,
            int status,
            String outcome,
            int promptTokens,
            int completionTokens,
            OptionalLong firstTokenNanos,
            long nanos) {}

    private record MeterKey(Endpoint endpoint, String model, String outcome) {}

    private record Meters(Timer duration, Timer firstToken, Timer perToken, Counter prompt, Counter completion) {}

    RequestRecords(MeterRegistry registry, TokenRates rates) {
        this.registry = registry;
        this.rates = rates;
    }

    void record(Entry entry) {
        Meters of =
                meters.computeIfAbsent(new MeterKey(entry.endpoint(), entry.model(), entry.outcome()), this::register);
        of.duration().record(entry.nanos(), TimeUnit.NANOSECONDS);
        rates.add(entry.promptTokens(), entry.completionTokens());
        of.prompt().increment(entry.promptTokens());
        of.completion().increment(entry.completionTokens());
        entry.firstTokenNanos().ifPresent(nanos -> {
            of.firstToken().record(nanos, TimeUnit.NANOSECONDS);
            if (entry.completionTokens() > 1) {
                of.perToken().record((entry.nanos() - nanos) / (entry.completionTokens() - 1), TimeUnit.NANOSECONDS);
            }
        });
        lines.write("POST", entry.endpoint().path(), entry.status(), fields(entry));
    }

    private static Map<String, Object> fields(Entry entry) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("request", entry.id());
        fields.put("model", entry.model());
        fields.put("outcome", entry.outcome());
        fields.put("prompt_tokens", entry.promptTokens());
        fields.put("completion_tokens", entry.completionTokens());
        entry.firstTokenNanos().ifPresent(nanos -> fields.put("first_token_ms", nanos / 1_000_000));
        fields.put("duration_ms", entry.nanos() / 1_000_000);
        return fields;
    }

    private Meters register(MeterKey key) {
        Tags tags = Tags.of(
                "gen_ai.operation.name",
                key.endpoint().operation(),
                "gen_ai.request.model",
                key.model(),
                "outcome",
                key.outcome());
        return new Meters(
                timer("gen_ai.server.request.duration", tags),
                timer("gen_ai.server.time_to_first_token", tags),
                timer("gen_ai.server.time_per_output_token", tags),
                registry.counter("penstock.worker.tokens", tags.and("gen_ai.token.type", "input")),
                registry.counter("penstock.worker.tokens", tags.and("gen_ai.token.type", "output")));
    }

    private Timer timer(String name, Tags tags) {
        return Timer.builder(name).tags(tags).serviceLevelObjectives(BUCKETS).register(registry);
    }
}
