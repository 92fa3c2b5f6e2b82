package dev.penstock.gateway.config;

import dev.penstock.routing.policy.Policies;
import dev.penstock.routing.policy.PolicySpec;
import dev.penstock.routing.spi.Options;
import dev.penstock.runtime.config.Default;
import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.NearestName;
import dev.penstock.runtime.config.Range;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who gets a request. */
@Doc("Who gets a request. `docs/routing.md` has the policies, their options and when to use which.")
public record RoutingConfig(
        @Doc(
                "The policy, by name: one of ours, or of a jar in `plugins/`. Beside `compose`: what the composition is called.")
        @Default("balanced")
        String policy,

        @Doc("Options of the policy, by name.") Map<String, String> options,

        @Doc("A policy of your own composition, in place of one by name.")
        Optional<CompositionConfig> compose,

        @Doc("What time and quality are worth.") @Default("{}")
        WorthConfig worth,

        @Doc(
                "What they are worth in requests for some models, by the name clients ask for; a key's own goes before it.")
        Map<String, WorthOverrideConfig> modelWorth,

        @Doc("Where decisions are kept, to be explained and replayed; without it they are not.")
        Optional<DecisionLogConfig> decisionLog,

        @Doc("Workers tried for one request at most; the next one only before the first content byte.")
        @Default("3")
        @Range(min = "1", max = "10")
        int maxAttempts,

        @Doc("What must hold of whoever runs any request: the floor that keys and headers can only tighten.")
        @Default("{}")
        ConstraintsConfig constraints,

        @Doc("Second copies of slow requests.") @Default("{}")
        HedgeConfig hedge) {
    public RoutingConfig {
        options = Map.copyOf(options);
        modelWorth = Map.copyOf(modelWorth);
        modelWorth.keySet().forEach(name -> Names.requireModel("model-worth", name));
        if (compose.isPresent()
                && !policy.equals(Policies.DEFAULT)
                && Policies.names().contains(policy)) {
            throw new IllegalArgumentException(
                    "policy: " + policy + " is not what `compose` makes (expected: a name of its own, or none)");
        }
        check(spec(policy, options, compose));
    }

    /** Which policy. */
    public PolicySpec spec() {
        return spec(policy, options, compose);
    }

    private static PolicySpec spec(String policy, Map<String, String> options, Optional<CompositionConfig> compose) {
        String name = compose.isPresent() && policy.equals(Policies.DEFAULT) ? "composed" : policy;
        return new PolicySpec(name, new Options(options), compose.map(CompositionConfig::composition));
    }

    /** Makes one, to see whether it can be. */
    private static void check(PolicySpec spec) {
        requireKnown("policy", spec.composition().isPresent() ? List.of() : List.of(spec.name()), Policies.names());
        spec.composition().ifPresent(parts -> {
            requireKnown("compose: filters", names(parts.filters()), Policies.filterNames());
            requireKnown("compose: scorers", names(parts.scorers()), Policies.scorerNames());
            requireKnown("compose: picker", names(List.of(parts.picker())), Policies.pickerNames());
        });
        try {
            spec.create();
        } catch (IllegalArgumentException refused) {
            String at = spec.composition().isPresent() ? "compose: " : "options: ";
            throw new IllegalArgumentException(at + refused.getMessage(), refused);
        }
    }

    private static List<String> names(List<Policies.Component> components) {
        return components.stream().map(Policies.Component::name).toList();
    }

    private static void requireKnown(String key, List<String> names, List<String> known) {
        for (String name : names) {
            if (!known.contains(name)) {
                String hint = NearestName.of(name, known, 1).stream()
                        .findFirst()
                        .map(near -> "; did you mean `" + near + "`?")
                        .orElse("");
                throw new IllegalArgumentException(
                        key + ": " + name + " (expected: one of " + String.join(", ", known) + hint + ")");
            }
        }
    }
}
