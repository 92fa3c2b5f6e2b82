package dev.penstock.loadtest.bench;

import dev.penstock.loadtest.generator.Failure;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What all targets did under one scenario, over all rounds.
 *
 * @param scenario which
 * @param targets those that were measured, in the plan's order
 */
record Comparison(Scenario scenario, List<Figures> targets) {
    /**
     * One target's figures.
     *
     * @param ofNginx its requests/s for each of nginx', where both were measured and requests/s tell targets apart
     * @param ofDirect its requests/s for each that went directly
     * @param addedP50Nanos its median latency less that of going directly
     * @param addedP99Nanos the same of the 99th percentile
     */
    record Figures(
            String target,
            Optional<Spread> rightPerSecond,
            Optional<Spread> ofNginx,
            Optional<Spread> ofDirect,
            Optional<Spread> p50Nanos,
            Optional<Spread> p99Nanos,
            Optional<Spread> p999Nanos,
            OptionalDouble addedP50Nanos,
            OptionalDouble addedP99Nanos,
            Optional<Spread> cpuSecondsPer10k,
            Optional<Spread> residentBytes,
            long failed,
            Map<Failure, Long> failures) {}

    static Comparison of(Scenario scenario, List<String> targets, List<Measurement> measurements) {
        Map<String, List<Measurement>> byTarget = measurements.stream()
                .filter(measurement -> measurement.scenario().equals(scenario.id()))
                .sorted((one, other) -> Integer.compare(one.round(), other.round()))
                .collect(Collectors.groupingBy(Measurement::target));
        return new Comparison(
                scenario,
                targets.stream()
                        .filter(byTarget::containsKey)
                        .map(target -> figures(scenario, target, byTarget))
                        .toList());
    }

    private static Figures figures(Scenario scenario, String target, Map<String, List<Measurement>> byTarget) {
        List<Measurement> own = byTarget.getOrDefault(target, List.of());
        List<Measurement> direct = byTarget.getOrDefault(DirectTarget.NAME, List.of());
        boolean tells = scenario.saturating();
        return new Figures(
                target,
                spread(own, measured -> OptionalDouble.of(measured.rightPerSecond())),
                tells ? ratio(own, byTarget.getOrDefault(NginxTarget.NAME, List.of())) : Optional.empty(),
                tells ? ratio(own, direct) : Optional.empty(),
                spread(own, Measurement::p50Nanos),
                spread(own, Measurement::p99Nanos),
                spread(own, Measurement::p999Nanos),
                added(target, own, direct, Measurement::p50Nanos),
                added(target, own, direct, Measurement::p99Nanos),
                spread(own, Measurement::cpuSecondsPer10k),
                spread(own, Measurement::residentBytes),
                own.stream().mapToLong(Measurement::failed).sum(),
                failures(own));
    }

    private static Optional<Spread> spread(List<Measurement> of, Function<Measurement, OptionalDouble> figure) {
        return Spread.of(of.stream().map(figure).toList());
    }

    private static Optional<Spread> ratio(List<Measurement> of, List<Measurement> to) {
        return Spread.ratio(perSecond(of), perSecond(to));
    }

    private static double[] perSecond(List<Measurement> of) {
        return of.stream().mapToDouble(Measurement::rightPerSecond).toArray();
    }

    private static OptionalDouble added(
            String target,
            List<Measurement> of,
            List<Measurement> direct,
            Function<Measurement, OptionalDouble> figure) {
        Optional<Spread> through = spread(of, figure);
        Optional<Spread> without = spread(direct, figure);
        return target.equals(DirectTarget.NAME) || through.isEmpty() || without.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(through.get().median() - without.get().median());
    }

    private static Map<Failure, Long> failures(List<Measurement> of) {
        Map<Failure, Long> all = new EnumMap<>(Failure.class);
        of.forEach(measured -> measured.failures().forEach((failure, count) -> all.merge(failure, count, Long::sum)));
        return all;
    }
}
