package dev.penstock.gateway.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.routing.ModelId;
import dev.penstock.routing.Price;
import dev.penstock.routing.Rates;
import dev.penstock.routing.ServedModel;
import dev.penstock.routing.Worker;
import dev.penstock.routing.model.Resolution;
import dev.penstock.routing.model.VirtualModels;
import dev.penstock.runtime.config.ConfigLoader;
import dev.penstock.runtime.config.ConfigResult;
import dev.penstock.runtime.config.SecretResolver;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ModelsConfigTest {
    private static final String UPSTREAMS = """
            upstreams:
              - {id: edge, url: "http://127.0.0.1:1", models: [{name: small}, {name: mid}]}
              - {id: cloud, url: "http://127.0.0.1:2", models: [{name: big}]}
            """;

    private static ConfigResult<GatewayConfig> parse(String yaml) {
        return parseWhole(UPSTREAMS + yaml);
    }

    private static ConfigResult<GatewayConfig> parseWhole(String yaml) {
        return ConfigLoader.with(SecretResolver.of(Map.of()))
                .parse("gateway.yaml", yaml, Path.of("/etc/penstock"), GatewayConfig.class);
    }

    private static void assertRefused(String expected, String yaml) {
        assertRefused(expected, yaml, parse(yaml));
    }

    private static void assertRefused(String expected, String yaml, ConfigResult<GatewayConfig> result) {
        if (result instanceof ConfigResult.Rejected<GatewayConfig> rejected) {
            assertTrue(rejected.message().contains(expected), rejected.message());
        } else {
            throw new AssertionError("accepted (expected: refused)\n" + yaml);
        }
    }

    private static String resolved(VirtualModels models, String name, double difficulty) {
        Resolution resolution = models.resolve(new ModelId(name), "k", "r", () -> difficulty);
        return resolution.tiers().stream()
                .map(tier -> tier.stream().map(choice -> choice.model().value()).collect(Collectors.joining("|")))
                .collect(Collectors.joining(", "));
    }

    @Test
    void everyKindCanBeWritten() {
        GatewayConfig config = parse("""
                models:
                  - {name: fast, alias: small}
                  - name: canary
                    split: {shares: [{model: small, weight: 0}, {model: mid, weight: 1}], by: request}
                  - {name: safe, fallback: [canary, big]}
                  - name: assistant
                    auto:
                      floor: 0.75
                      candidates:
                        - {model: fast, quality: 0.8, source: "our own evaluation, 2026-10"}
                        - {model: big}
                  - {name: thrifty, cascade: {stages: [fast, big], min-confidence: 0.9}}
                qualities:
                  - {model: big, quality: 0.95, source: "our own evaluation, 2026-10"}
                difficulty: {bias: -1, weights: {math: 3}}
                """).orThrow();
        VirtualModels models = config.virtualModels();
        assertEquals("small", resolved(models, "fast", 0));
        assertEquals("mid", resolved(models, "canary", 0));
        assertEquals("mid, big", resolved(models, "safe", 0));
        assertEquals("small, big", resolved(models, "assistant", 0));
        assertEquals("big, small", resolved(models, "assistant", 1));
        assertEquals("small", resolved(models, "thrifty", 0));
        assertEquals(
                0.9,
                models.resolve(new ModelId("thrifty"), "k", "r", () -> 0)
                        .escalation()
                        .getFirst()
                        .minConfidence());
        assertEquals(-1, config.difficulty().model().bias());
    }

    @Test
    void whatDoesNotHoldTogetherIsRefused() {
        assertRefused("models: x -> y -> x: a cycle", "models: [{name: x, alias: y}, {name: y, alias: x}]");
        assertRefused("models: x -> nowhere: there is no such model", "models: [{name: x, alias: nowhere}]");
        assertRefused(
                "\"small\" is the name of a model that an upstream serves", "models: [{name: small, alias: big}]");
        assertRefused(
                "x: 2 of alias, split, fallback, auto and cascade (expected: exactly one)",
                "models: [{name: x, alias: big, fallback: [small]}]");
        assertRefused("x: 0 of alias", "models: [{name: x}]");
        assertRefused("two have the name \"x\"", "models: [{name: x, alias: big}, {name: x, alias: big}]");
        assertRefused("its quality is unknown", "models: [{name: x, auto: {candidates: [{model: big}]}}]");
        assertRefused("no weight", "models: [{name: x, split: {shares: [{model: big, weight: 0}]}}]");
        assertRefused("stages: 1 (expected: at least two)", "models: [{name: x, cascade: {stages: [big]}}]");
        assertRefused("from: yesterday", "prices: [{from: yesterday, price: {}}]");
    }

    @Test
    void pricesAreDated() {
        GatewayConfig config = parse("""
                prices:
                  - {model: "b*", from: "2026-01-01", price: {input-per-million: 2, output-per-million: 8}}
                  - model: big
                    worker: cloud
                    from: "2026-07-01"
                    price: {input-per-million: 1, cached-input-per-million: 0.25, output-per-million: 4, per-hour: 2}
                """).orThrow();
        UpstreamConfig cloud = config.upstreams().getLast();
        Worker worker = new Worker(
                cloud.workerId(),
                0,
                cloud.endpoint(),
                cloud.accelerator(),
                cloud.routingSite(),
                1,
                cloud.servedModels());
        List<Optional<Price>> prices = List.of(
                price(config, worker, "2025-12-31"),
                price(config, worker, "2026-06-30"),
                price(config, worker, "2026-07-01"));
        assertEquals(
                List.of(Optional.empty(), Optional.of(new Price(2, 8)), Optional.of(new Price(1, 0.25, 4, 2))), prices);
    }

    @Test
    void ratesAreDeclaredPerModel() {
        List<ServedModel> served =
                parseWhole("""
                upstreams:
                  - id: rated
                    url: http://127.0.0.1:1
                    models:
                      - {name: x, rates: {first-token: 40ms, prefill-tokens-per-second: 8000, load: 20s, cold-after: 5m}}
                      - {name: y}
                """).orThrow().upstreams().getLast().servedModels();
        assertEquals(new Rates(0.04, 8_000, 0, 20, 300), served.getFirst().rates());
        assertEquals(Rates.UNKNOWN, served.getLast().rates());
        for (String wrong : List.of("decode-tokens-per-second: 0", "load: 0ms")) {
            String yaml = "upstreams: [{id: a, url: http://h, models: [{name: x, rates: {" + wrong + "}}]}]";
            assertRefused(wrong + " (expected: ", yaml, parseWhole(yaml));
        }
    }

    private static Optional<Price> price(GatewayConfig config, Worker worker, String day) {
        return config.priceTable()
                .priced(worker, LocalDate.parse(day))
                .models()
                .getFirst()
                .price();
    }
}
