package dev.penstock.gateway.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.routing.Worth;
import dev.penstock.routing.policy.Policies;
import dev.penstock.routing.policy.PolicySpec;
import dev.penstock.routing.spi.Options;
import dev.penstock.runtime.config.ByteSize;
import dev.penstock.runtime.config.ConfigError;
import dev.penstock.runtime.config.ConfigLoader;
import dev.penstock.runtime.config.ConfigResult;
import dev.penstock.runtime.config.SecretResolver;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RoutingConfigTest {
    private static ConfigResult<GatewayConfig> parse(String yaml) {
        return ConfigLoader.with(SecretResolver.of(Map.of()))
                .parse("gateway.yaml", yaml, Path.of("/etc/penstock"), GatewayConfig.class);
    }

    private static RoutingConfig accepted(String routing) {
        return parse("routing: " + routing).orThrow().routing();
    }

    /** The only error, as the user reads it. */
    private static String refused(String routing) {
        if (parse("routing: " + routing) instanceof ConfigResult.Rejected<GatewayConfig> rejected) {
            assertEquals(1, rejected.errors().size(), rejected.message());
            ConfigError error = rejected.errors().getFirst();
            return error.path() + ": " + error.message();
        }
        throw new AssertionError("accepted (expected: refused): " + routing);
    }

    @Test
    void withoutAWordItIsBalanced() {
        assertEquals(PolicySpec.of("balanced"), accepted("{}").spec());
        assertEquals(Worth.DEFAULT, accepted("{}").worth().worth());
    }

    @Test
    void everyPolicyThereIsCanBeNamed() {
        List<String> names = Policies.names();
        assertTrue(names.contains("balanced"), names.toString());
        for (String name : names) {
            assertEquals(PolicySpec.of(name), accepted("{policy: " + name + "}").spec());
        }
    }

    @Test
    void anUnknownPolicyIsRefusedWithThoseThereAre() {
        assertEquals(
                "routing.policy: blanced (expected: one of " + String.join(", ", Policies.names())
                        + "; did you mean `balanced`?)",
                refused("{policy: blanced}"));
        assertEquals(
                "routing.policy: x (expected: one of " + String.join(", ", Policies.names()) + ")",
                refused("{policy: x}"));
    }

    @Test
    void optionsAreThoseOfThePolicy() {
        assertEquals(
                new PolicySpec("balanced", new Options(Map.of("spill-seconds", "2")), Optional.empty()),
                accepted("{options: {spill-seconds: 2}}").spec());
        String unknown = refused("{options: {spil-seconds: 2}}");
        assertTrue(unknown.startsWith("routing.options: spil-seconds: unknown option (expected: "), unknown);
        String wrong = refused("{options: {spill-seconds: much}}");
        assertTrue(wrong.startsWith("routing.options: spill-seconds: much (expected: a number from "), wrong);
    }

    @Test
    void aCompositionIsMadeOfItsParts() {
        PolicySpec spec = accepted("""
                {compose: {scorers: [{name: objective}, {name: peak-ewma, weight: 0.5}], picker: {name: least}}}""").spec();
        assertEquals("composed", spec.name());
        assertEquals(
                Optional.of(new PolicySpec.Composition(
                        List.of(),
                        List.of(
                                new Policies.Component("objective"),
                                new Policies.Component("peak-ewma", Options.NONE, 0.5)),
                        new Policies.Component("least"))),
                spec.composition());
        assertEquals(
                "mine",
                accepted("{policy: mine, compose: {scorers: [{name: objective}], picker: {name: least}}}")
                        .spec()
                        .name());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{compose: {scorers: [{name: objektive}], picker: {name: least}}}"
                        + "| routing.compose: scorers: objektive (expected: one of ",
                "{compose: {scorers: [{name: objective}], picker: {name: leest}}}"
                        + "| routing.compose: picker: leest (expected: one of ",
                "{compose: {filters: [{name: nobody}], scorers: [{name: objective}], picker: {name: least}}}"
                        + "| routing.compose: filters: nobody (expected: one of ",
                "{compose: {picker: {name: least}}} | routing.compose.scorers: none (expected: at least one)",
                "{compose: {scorers: [{name: objective}, {name: outstanding}], picker: {name: least}}}"
                        + "| routing.compose: scorers: ratios together with seconds or dollars",
                "{policy: two-choices, compose: {scorers: [{name: objective}], picker: {name: least}}}"
                        + "| routing.policy: two-choices is not what `compose` makes",
                "{compose: {scorers: [{name: objective, weight: -1}], picker: {name: least}}}"
                        + "| routing.compose.scorers[0].weight: -1 (expected: a number from 0 to 1000000)",
                "{worth: {dollars-per-second: -1}} | routing.worth.dollars-per-second: -1 (expected: a number from 0",
                "{decision-log: {path: x, sample: 2}} | routing.decision-log.sample: 2 (expected: a number from 0 to 1)",
                "{decision-log: {}} | routing.decision-log.path: missing (expected: a path)",
                "{decision-log: {path: x, max-size: 1KiB}} | routing.decision-log.max-size: 1KiB (expected: ",
                "{model-worth: {'a\tb': {}}} | routing.model-worth: ",
            })
    void whatCannotBeIsRefusedWhereItStands(String routing, String start) {
        String refusal = refused(routing);
        assertTrue(refusal.startsWith(start), refusal);
    }

    @Test
    void aDecisionLogHasTheseDefaults() {
        assertEquals(
                Optional.of(new DecisionLogConfig(
                        Path.of("/etc/penstock/decisions.jsonl"), 0.01, ByteSize.mebibytes(64), 4)),
                accepted("{decision-log: {path: decisions.jsonl}}").decisionLog());
    }

    @Test
    void whatIsSaidOfAModelOrAKeyGoesBeforeWhatIsSaidOfAll() {
        Worth common = new Worth(0.1, 0.2);
        WorthOverrideConfig seconds = new WorthOverrideConfig(Optional.of(0.5), Optional.empty());
        assertEquals(new Worth(0.5, 0.2), seconds.over(common));
        assertEquals(common, new WorthOverrideConfig(Optional.empty(), Optional.empty()).over(common));
    }
}
