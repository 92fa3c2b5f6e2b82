package dev.penstock.routing.capture;

import dev.penstock.routing.policy.Policies.Component;
import dev.penstock.routing.policy.PolicySpec;
import dev.penstock.routing.spi.Options;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What decided, to the log and back. */
public final class LoggedPolicies {
    private LoggedPolicies() {}

    /** As it is logged. */
    public static LoggedDecision.Policy logged(PolicySpec spec) {
        return new LoggedDecision.Policy(
                spec.name(),
                sorted(spec.options()),
                spec.composition()
                        .map(parts -> new LoggedDecision.Composition(
                                parts.filters().stream()
                                        .map(LoggedPolicies::logged)
                                        .toList(),
                                parts.scorers().stream()
                                        .map(LoggedPolicies::logged)
                                        .toList(),
                                logged(parts.picker())))
                        .orElse(null));
    }

    private static LoggedDecision.Component logged(Component component) {
        return new LoggedDecision.Component(component.name(), sorted(component.options()), component.weight());
    }

    private static Map<String, String> sorted(Options options) {
        return new TreeMap<>(options.values());
    }

    /** As it can be made again. */
    public static PolicySpec spec(LoggedDecision.Policy logged) {
        LoggedDecision.Composition parts = logged.composition();
        return new PolicySpec(
                logged.name(),
                new Options(logged.options()),
                parts == null
                        ? Optional.empty()
                        : Optional.of(new PolicySpec.Composition(
                                parts.filters().stream()
                                        .map(LoggedPolicies::component)
                                        .toList(),
                                parts.scorers().stream()
                                        .map(LoggedPolicies::component)
                                        .toList(),
                                component(parts.picker()))));
    }

    private static Component component(LoggedDecision.Component logged) {
        return new Component(logged.name(), new Options(logged.options()), logged.weight());
    }
}
