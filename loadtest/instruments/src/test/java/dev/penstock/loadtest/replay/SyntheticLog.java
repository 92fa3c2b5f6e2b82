package dev.penstock.loadtest.replay;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.penstock.routing.capture.LoggedDecision;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleBiFunction;

/**
 * A log whose answer is known: {@code dear} and {@code cheap} stand idle, a coin chose between them, and what came of each is
 * drawn about a known mean.
 */
final class SyntheticLog {
    static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
            .build();

    /** As forecast: a thousand prompt tokens and a hundred generated, at $1 and $10 a million, or half of that. */
    static final double DEAR = 0.002;

    static final double CHEAP = 0.001;

    private SyntheticLog() {}

    /**
     * So many decisions.
     *
     * @param policy what the log says made them
     * @param cost what one cost, by who ran it and the source of chance
     */
    static List<LoggedDecision> of(int count, long seed, String policy, ToDoubleBiFunction<String, Random> cost) {
        Random random = new Random(seed);
        List<LoggedDecision> decisions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String chosen = random.nextBoolean() ? "dear" : "cheap";
            decisions.add(decision(i, policy, chosen, cost.applyAsDouble(chosen, random), "ok", 1));
        }
        return decisions;
    }

    static LoggedDecision decision(int number, String policy, String chosen, double cost, String result, int attempts) {
        return new LoggedDecision(
                LoggedDecision.VERSION,
                "2026-01-01T00:00:00Z",
                "r" + number,
                new LoggedDecision.Policy(policy, Map.of(), null),
                String.format("%016x", number),
                asked(),
                List.of(worker("cheap", 0.5, CHEAP), worker("dear", 1, DEAR)),
                0,
                new LoggedDecision.Plan(
                        policy,
                        List.of(new LoggedDecision.Attempt(chosen, "m", "after-failure", null, null, estimate(0)))),
                new LoggedDecision.Outcome(chosen, result, 200, attempts, 50, 150.0, 1050, 1000, 100, 0, false, cost));
    }

    private static LoggedDecision.Asked asked() {
        return new LoggedDecision.Asked(
                "chat",
                List.of(List.of(new LoggedDecision.Choice("m", null))),
                List.of("chat"),
                1,
                1000,
                100,
                200,
                null,
                new LoggedDecision.Constraints("public", "auto", null, null, null, null, null),
                0.001,
                0.01,
                3,
                0,
                null,
                0,
                null,
                64);
    }

    private static LoggedDecision.Candidate worker(String id, double price, double forecast) {
        return new LoggedDecision.Candidate(
                id,
                "gpu",
                new LoggedDecision.Site("local", "edge", "", "private"),
                8,
                true,
                true,
                new LoggedDecision.Signals(0, 0, 0, 0, 0, 0, 0, 0, 10, null, 0),
                List.of(new LoggedDecision.Model(
                        "m",
                        0,
                        0,
                        List.of("chat"),
                        new LoggedDecision.Price(price, price, 10 * price, 0),
                        0,
                        new LoggedDecision.Forecast(0.05, 5e-5, 0.01, 0, 2, 0.1, 100, 0, 0, 0),
                        estimate(forecast))));
    }

    private static LoggedDecision.Estimate estimate(double dollars) {
        return new LoggedDecision.Estimate(dollars, 0.1, 1.0, 1.5);
    }

    static String json(LoggedDecision decision) {
        try {
            return JSON.writeValueAsString(decision);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
