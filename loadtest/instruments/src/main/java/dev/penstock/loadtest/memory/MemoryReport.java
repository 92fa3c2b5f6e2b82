package dev.penstock.loadtest.memory;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.penstock.loadtest.bench.Spread;
import dev.penstock.loadtest.generator.Remembered;
import dev.penstock.loadtest.report.Table;
import dev.penstock.loadtest.report.Units;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.DoubleFunction;

/** A measurement, told in two ways. Neither has a key. */
public final class MemoryReport {
    private static final String NONE = "-";
    private static final double NANOS_A_MILLI = 1e6;

    private MemoryReport() {}

    /** For a terminal: tables of plain text, ending with a line end. */
    public static String text(MemoryResult result) {
        StringBuilder text = new StringBuilder()
                .append(result.machine().cpu())
                .append(", ")
                .append(result.machine().cores())
                .append(" cores, ")
                .append(result.machine().java())
                .append("; ")
                .append(result.plan().rounds())
                .append(" rounds, each measurement ")
                .append(Units.duration(result.plan().length().toNanos()))
                .append(" after ")
                .append(Units.duration(result.plan().warmUp().toNanos()))
                .append(" of warm-up; medians over the rounds, ratios and differences of the same round\n");
        for (Group group : Group.values()) {
            List<Figures> steps = Figures.of(group, result);
            if (!steps.isEmpty()) {
                text.append('\n')
                        .append(group.id())
                        .append(": ")
                        .append(group.description())
                        .append('\n');
                text.append(table(group, steps).text());
            }
        }
        return text.toString();
    }

    private static Table table(Group group, List<Figures> steps) {
        List<List<String>> rows = new ArrayList<>();
        for (Figures step : steps) {
            Optional<Figures> base = base(group, step, steps);
            rows.add(List.of(
                    step.id(),
                    spread(step.each(Measured::perSecond), Units::rate),
                    spread(base.flatMap(step::ratio), Units::ratio),
                    median(step.known(Measured::p50Nanos), Units::duration),
                    median(step.known(Measured::p99Nanos), Units::duration),
                    median(base.flatMap(to -> step.added(to, Measured::p50Nanos)), Units::duration),
                    median(base.flatMap(to -> step.added(to, Measured::p99Nanos)), Units::duration),
                    median(step.known(Measured::cpuSecondsPer10k), Units::digits),
                    Units.percent(step.share(Remembered.EXACT)),
                    Units.percent(step.share(Remembered.SEMANTIC)),
                    median(step.known(Measured::embedded), Units::percent),
                    Units.count(step.failed()),
                    Units.count(step.wrong())));
        }
        return new Table(
                group.id(),
                List.of(
                        "",
                        "requests/s",
                        "ratio",
                        "p50",
                        "p99",
                        "added p50",
                        "added p99",
                        "CPU s/10k",
                        "exact",
                        "semantic",
                        "embedded",
                        "failed",
                        "wrong"),
                rows);
    }

    /** What a step is compared with: hits with each of the others, the others with the gateway that has no memory. */
    private static Optional<Figures> base(Group group, Figures step, List<Figures> steps) {
        String to =
                switch (group) {
                    case EXACT_64, EXACT_1 -> Steps.TRIVIAL;
                    case SEMANTIC -> step.id();
                    case MISS, STORE -> Subject.PLAIN.label();
                };
        return steps.stream()
                .filter(other -> other.id().equals(to) && !to.equals(step.id()))
                .findFirst();
    }

    private static String median(Optional<Spread> spread, DoubleFunction<String> words) {
        return spread.map(figure -> words.apply(figure.median())).orElse(NONE);
    }

    private static String spread(Optional<Spread> spread, DoubleFunction<String> words) {
        return spread.map(figure -> figure.min() < figure.max()
                        ? words.apply(figure.median()) + " (" + words.apply(figure.min()) + ".."
                                + words.apply(figure.max()) + ")"
                        : words.apply(figure.median()))
                .orElse(NONE);
    }

    /** For programs: one JSON object, indented, ending with a line end. Names carry their units. */
    public static String json(MemoryResult result) {
        ObjectNode root = JsonNodeFactory.instance
                .objectNode()
                .put("format", "penstock-bench-cache-1")
                .put("began", result.began().toString())
                .put("failed", result.failed());
        root.putObject("machine")
                .put("cpu", result.machine().cpu())
                .put("cores", result.machine().cores())
                .put("java", result.machine().java());
        root.putObject("plan")
                .put("rounds", result.plan().rounds())
                .put("warm_up_seconds", result.plan().warmUp().toNanos() / 1e9)
                .put("length_seconds", result.plan().length().toNanos() / 1e9)
                .put("questions", result.plan().questions());
        ArrayNode groups = root.putArray("groups");
        for (Group group : Group.values()) {
            List<Figures> steps = Figures.of(group, result);
            ObjectNode node = groups.addObject().put("group", group.id()).put("description", group.description());
            ArrayNode all = node.putArray("steps");
            steps.forEach(step -> all.add(step(step, base(group, step, steps))));
        }
        return root.toPrettyString() + "\n";
    }

    private static ObjectNode step(Figures step, Optional<Figures> base) {
        ObjectNode node = JsonNodeFactory.instance.objectNode().put("step", step.id());
        put(node, "right_per_second", step.each(Measured::perSecond), 1);
        put(node, "p50_ms", step.known(Measured::p50Nanos), NANOS_A_MILLI);
        put(node, "p99_ms", step.known(Measured::p99Nanos), NANOS_A_MILLI);
        base.ifPresent(to -> {
            node.put("compared_to", to.id());
            put(node, "ratio", step.ratio(to), 1);
            put(node, "added_p50_ms", step.added(to, Measured::p50Nanos), NANOS_A_MILLI);
            put(node, "added_p99_ms", step.added(to, Measured::p99Nanos), NANOS_A_MILLI);
        });
        put(node, "cpu_seconds_per_10k", step.known(Measured::cpuSecondsPer10k), 1);
        ObjectNode told = node.putObject("remembered_share");
        for (Remembered each : Remembered.values()) {
            if (each != Remembered.UNTOLD) {
                told.put(each.name().toLowerCase(Locale.ROOT), step.share(each));
            }
        }
        put(node, "embedded_in_time_share", step.known(Measured::embedded), 1);
        return node.put("failed", step.failed()).put("wrong", step.wrong());
    }

    private static void put(ObjectNode node, String name, Optional<Spread> spread, double divisor) {
        spread.ifPresent(figure -> node.putObject(name)
                .put("median", figure.median() / divisor)
                .put("min", figure.min() / divisor)
                .put("max", figure.max() / divisor));
    }
}
