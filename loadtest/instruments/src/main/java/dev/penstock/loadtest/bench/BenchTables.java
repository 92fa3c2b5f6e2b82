package dev.penstock.loadtest.bench;

import dev.penstock.loadtest.report.Table;
import dev.penstock.loadtest.report.Units;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.DoubleFunction;

/** The figures of a comparison as tables, for text and HTML alike. */
final class BenchTables {
    private static final String NONE = "-";

    private BenchTables() {}

    /** A row for each target; medians over the rounds, and between what the two that noise moves most have been. */
    static Table figures(Comparison comparison) {
        return new Table(
                comparison.scenario().id(),
                List.of(
                        "",
                        "requests/s",
                        "min..max",
                        "of nginx",
                        "of direct",
                        "p50",
                        "p99",
                        "min..max",
                        "p99.9",
                        "added p50",
                        "added p99",
                        "CPU s/10k",
                        "memory",
                        "failed"),
                comparison.targets().stream().map(BenchTables::row).toList());
    }

    private static List<String> row(Comparison.Figures figures) {
        return List.of(
                figures.target(),
                median(figures.rightPerSecond(), Units::rate),
                range(figures.rightPerSecond(), Units::rate),
                median(figures.ofNginx(), Units::ratio),
                median(figures.ofDirect(), Units::ratio),
                median(figures.p50Nanos(), Units::duration),
                median(figures.p99Nanos(), Units::duration),
                range(figures.p99Nanos(), Units::duration),
                median(figures.p999Nanos(), Units::duration),
                added(figures.addedP50Nanos()),
                added(figures.addedP99Nanos()),
                median(figures.cpuSecondsPer10k(), Units::digits),
                median(figures.residentBytes(), Units::bytes),
                Units.count(figures.failed()));
    }

    private static String median(Optional<Spread> spread, DoubleFunction<String> words) {
        return spread.map(figure -> words.apply(figure.median())).orElse(NONE);
    }

    private static String range(Optional<Spread> spread, DoubleFunction<String> words) {
        return spread.filter(figure -> figure.min() < figure.max())
                .map(figure -> words.apply(figure.min()) + ".." + words.apply(figure.max()))
                .orElse(NONE);
    }

    private static String added(OptionalDouble nanos) {
        return nanos.isPresent() ? Units.duration(nanos.getAsDouble()) : NONE;
    }

    /** What failed, a row for each target and class; failures of warm-ups have no class. */
    static Table failures(List<Comparison> comparisons) {
        List<List<String>> rows = new ArrayList<>();
        for (Comparison comparison : comparisons) {
            for (Comparison.Figures figures : comparison.targets()) {
                long unnamed = figures.failed();
                String of = comparison.scenario().id() + ", " + figures.target() + ", ";
                for (var failure : figures.failures().entrySet()) {
                    rows.add(List.of(of + failure.getKey().label(), Units.count(failure.getValue())));
                    unnamed -= failure.getValue();
                }
                if (unnamed > 0) {
                    rows.add(List.of(of + "while warming up", Units.count(unnamed)));
                }
            }
        }
        return new Table("Failures", List.of("", "requests"), rows);
    }

    static Table heap(Map<String, Double> bytesPerStream) {
        return new Table(
                "Heap",
                List.of("", "for each stream held"),
                bytesPerStream.entrySet().stream()
                        .map(entry -> List.of(entry.getKey(), Units.bytes(entry.getValue())))
                        .toList());
    }

    static Table machine(BenchResult result) {
        List<List<String>> rows = new ArrayList<>();
        Machine machine = result.machine();
        rows.add(List.of("processor", machine.cpu() + ", " + machine.cores() + " cores"));
        rows.add(List.of("memory", Units.bytes((double) machine.memoryBytes())));
        rows.add(List.of("kernel", machine.kernel()));
        rows.add(List.of("Java", machine.java()));
        result.versions().forEach((target, version) -> {
            if (!version.isEmpty()) {
                rows.add(List.of(target, version));
            }
        });
        result.skipped().forEach((target, why) -> rows.add(List.of(target, "left out: " + firstLine(why))));
        rows.add(List.of("date", result.began().toString()));
        rows.add(List.of(
                "rounds",
                result.plan().rounds() + ", each measurement "
                        + Units.duration(result.plan().length().toNanos()) + " after "
                        + Units.duration(result.plan().warmUp().toNanos()) + " of warm-up"));
        rows.add(List.of(
                "generator", result.plan().loops() + (result.plan().loops() == 1 ? " event loop" : " event loops")));
        return new Table("Conditions", List.of("", ""), rows);
    }

    static String firstLine(String text) {
        return text.lines().findFirst().orElse("");
    }
}
