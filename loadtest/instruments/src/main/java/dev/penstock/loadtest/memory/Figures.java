package dev.penstock.loadtest.memory;

import dev.penstock.loadtest.bench.Spread;
import dev.penstock.loadtest.generator.Remembered;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * What one step of a group came to over the rounds. Ratios and differences are of the same round, and to the step that the
 * group compares with.
 */
record Figures(String id, List<Measured> rounds) {
    /** The steps of a group, in the order in which they are in the plan. */
    static List<Figures> of(Group group, MemoryResult result) {
        Map<String, List<Measured>> steps = result.measured().stream()
                .filter(each -> each.group() == group)
                .collect(Collectors.groupingBy(Measured::id, LinkedHashMap::new, Collectors.toList()));
        return Steps.all(result.plan()).stream()
                .filter(step -> step.group() == group && steps.containsKey(step.id()))
                .map(step -> new Figures(step.id(), steps.getOrDefault(step.id(), List.of())))
                .toList();
    }

    Optional<Spread> known(Function<Measured, OptionalDouble> figure) {
        return Spread.of(rounds.stream().map(figure).toList());
    }

    Optional<Spread> each(ToDoubleFunction<Measured> figure) {
        return known(measured -> OptionalDouble.of(figure.applyAsDouble(measured)));
    }

    /** By which its requests/s are those of another. */
    Optional<Spread> ratio(Figures to) {
        return Spread.ratio(perSecond(), to.perSecond());
    }

    private double[] perSecond() {
        return rounds.stream().mapToDouble(Measured::perSecond).toArray();
    }

    /** By how much a latency is above that of another. */
    Optional<Spread> added(Figures to, Function<Measured, OptionalDouble> latency) {
        double[] own = values(latency);
        double[] others = to.values(latency);
        OptionalDouble[] added = new OptionalDouble[Math.min(own.length, others.length)];
        Arrays.setAll(added, i -> OptionalDouble.of(own[i] - others[i]));
        return Spread.of(List.of(added));
    }

    private double[] values(Function<Measured, OptionalDouble> figure) {
        return rounds.stream()
                .map(figure)
                .filter(OptionalDouble::isPresent)
                .mapToDouble(OptionalDouble::getAsDouble)
                .toArray();
    }

    double share(Remembered told) {
        return each(measured -> measured.share(told)).map(Spread::median).orElse(0.0);
    }

    long failed() {
        return rounds.stream().mapToLong(Measured::failed).sum();
    }

    long wrong() {
        return rounds.stream().mapToLong(Measured::wrong).sum();
    }
}
