package dev.penstock.loadtest.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.runtime.config.ConfigLoader;
import dev.penstock.runtime.config.SecretResolver;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class ScenarioTest {
    private static final String SMALL = """
            trace: {type: made, requests: 300}
            pool:
              - {name: fast, profile: h100-8b, count: 2, provisioned-per-hour: 2}
              - {name: slow, profile: h100-8b, speed: 0.5, provisioned-per-hour: 1}
            policies: [{policy: two-choices}]
            load-factors: [0.7]
            seeds: [1, 2]
            regret: {instances: 2, requests: 3}
            """;

    private static Scenario scenario(String yaml) {
        return ConfigLoader.with(SecretResolver.of(Map.of()))
                .parse("scenario.yaml", yaml, Path.of(""), Scenario.class)
                .orThrow();
    }

    private static SimulationResult run(String yaml) {
        return Simulation.run(scenario(yaml), (policy, load, done, all, share) -> {});
    }

    @Test
    void theSameScenarioGivesTheSameBytes() {
        SimulationResult one = run(SMALL);
        SimulationResult two = run(SMALL);
        assertEquals(SimulationReport.json(one), SimulationReport.json(two));
        assertEquals(SimulationReport.html(one), SimulationReport.html(two));
        assertEquals(SimulationReport.text(one), SimulationReport.text(two));
    }

    @Test
    void figuresAddUp() {
        SimulationResult result = run(SMALL);
        assertEquals(1, result.rows().size());
        Figures figures = result.rows().getFirst().figures();
        assertEquals(270, figures.requests());
        assertEquals(figures.requests(), figures.answered() + figures.refused() + figures.failed());
        assertTrue(figures.ttft().p50() > 0
                && figures.ttft().p99() >= figures.ttft().p50());
        assertTrue(figures.provisioned() > 0);
        assertEquals(0, figures.charged());
        assertTrue(figures.utilisation() > 0.3 && figures.utilisation() <= 1, "used " + figures.utilisation());
        assertTrue(figures.imbalance() >= 1);
        assertTrue(figures.regret() >= -1e-9, "regret " + figures.regret());
        assertEquals(2, result.rows().getFirst().bySeed().size());
    }

    @Test
    void thePageNeedsNothingBesideIt() {
        String html = SimulationReport.html(run(SMALL));
        assertTrue(html.contains("two-choices") && html.contains("<svg"));
        assertTrue(!html.contains("<script") && !html.contains("http://") && !html.contains("https://"));
    }

    @Test
    void whatIsWrongIsNamed() {
        assertRefused(SMALL.replace("count: 2", "cuont: 2"), "unknown key `cuont` (did you mean `count`?)");
        assertRefused(SMALL.replace("h100-8b, count", "h100-9b, count"), "profile: h100-9b (expected: one of");
        assertRefused(SMALL.replace("name: slow", "name: fast"), "two groups are called fast");
        assertRefused(SMALL.replace("[0.7]", "[0]"), "load-factors[0]: 0 (expected: ");
        assertRefused(SMALL.replace("speed: 0.5", "speed: -1"), "speed: -1 (expected: ");
    }

    private static void assertRefused(String yaml, String words) {
        var refused = assertThrows(IllegalArgumentException.class, () -> scenario(yaml));
        assertTrue(String.valueOf(refused.getMessage()).contains(words), refused.getMessage());
    }

    @Test
    void whatIsNotThereIsNamedBeforeAnythingRuns() {
        assertNotThere(SMALL.replace("two-choices", "three-choices"), "three-choices");
        assertNotThere(
                SMALL + "faults: [{type: death, workers: [nobody], from: 0.1, until: 0.2}]\n",
                "faults: workers: nobody (expected: one of fast, slow");
        assertNotThere(SMALL.replace("{type: made, requests: 300}", "{type: azure-csv, path: none.csv}"), "none.csv");
    }

    private static void assertNotThere(String yaml, String words) {
        var refused = assertThrows(IllegalArgumentException.class, () -> run(yaml));
        assertTrue(String.valueOf(refused.getMessage()).contains(words), refused.getMessage());
    }

    @Test
    void theExampleIsAScenario() throws IOException {
        try (InputStream example = Objects.requireNonNull(Simulation.class.getResourceAsStream("example.yaml"))) {
            Scenario scenario = scenario(new String(example.readAllBytes(), StandardCharsets.UTF_8));
            assertTrue(scenario.policies().size() >= 1);
        }
    }
}
