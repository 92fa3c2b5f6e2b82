package dev.penstock.loadtest.report;

import dev.penstock.loadtest.generator.Failure;
import dev.penstock.loadtest.generator.Kind;
import dev.penstock.loadtest.generator.LoadResult;
import dev.penstock.loadtest.generator.LoadResult.KindResult;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/** The figures of a run as tables, for text and HTML alike. */
final class LoadTables {
    private LoadTables() {}

    /** A histogram and what it is of. */
    record Latency(String name, Kind kind, Measure measure, Histogram nanos) {}

    /** What a latency is between. */
    enum Measure {
        END_TO_END("end to end"),
        FIRST_TOKEN("first token"),
        INTER_TOKEN("between tokens");

        private final String words;

        Measure(String words) {
            this.words = words;
        }
    }

    /** The kinds asked for, in their own order. */
    static List<Kind> kinds(LoadResult result) {
        return result.kinds().keySet().stream().sorted().toList();
    }

    static Table requests(LoadResult result) {
        double seconds = Math.max(1e-9, result.elapsed().toNanos() / 1e9);
        List<List<String>> rows = new ArrayList<>();
        new TreeMap<>(result.kinds()).forEach((kind, requests) -> rows.add(row(kind.label(), requests, seconds)));
        if (rows.size() != 1) {
            rows.add(row("all", sum(result), seconds));
        }
        return new Table(
                "Requests",
                List.of("", "sent", "right", "failed", "failed %", "right/s", "goodput/s", "tokens/s", "MiB/s"),
                rows);
    }

    private static List<String> row(String name, Counts counts, double seconds) {
        return List.of(
                name,
                Units.count(counts.sent()),
                Units.count(counts.right()),
                Units.count(counts.failed()),
                Units.percent(counts.sent() == 0 ? 0 : (double) counts.failed() / counts.sent()),
                Units.rate(counts.right() / seconds),
                Units.rate(counts.good() / seconds),
                Units.rate(counts.tokens() / seconds),
                Units.rate(counts.bodyBytes() / seconds / (1 << 20)));
    }

    private static List<String> row(String name, KindResult kind, double seconds) {
        return row(name, Counts.of(kind), seconds);
    }

    private static Counts sum(LoadResult result) {
        return result.kinds().values().stream().map(Counts::of).reduce(new Counts(0, 0, 0, 0, 0, 0), Counts::plus);
    }

    private record Counts(long sent, long right, long failed, long good, long tokens, long bodyBytes) {
        static Counts of(KindResult kind) {
            return new Counts(kind.sent(), kind.right(), kind.failed(), kind.good(), kind.tokens(), kind.bodyBytes());
        }

        Counts plus(Counts other) {
            return new Counts(
                    sent + other.sent,
                    right + other.right,
                    failed + other.failed,
                    good + other.good,
                    tokens + other.tokens,
                    bodyBytes + other.bodyBytes);
        }
    }

    /** The latencies there are figures of; of streams all three. */
    static List<Latency> latencies(LoadResult result) {
        List<Latency> latencies = new ArrayList<>();
        new TreeMap<>(result.kinds()).forEach((kind, requests) -> {
            add(latencies, kind, Measure.FIRST_TOKEN, requests.timeToFirstToken());
            add(latencies, kind, Measure.INTER_TOKEN, requests.interToken());
            add(latencies, kind, Measure.END_TO_END, requests.endToEnd());
        });
        return latencies;
    }

    private static void add(List<Latency> latencies, Kind kind, Measure measure, Histogram nanos) {
        if (nanos.getTotalCount() > 0) {
            latencies.add(new Latency(kind.label() + ", " + measure.words, kind, measure, nanos));
        }
    }

    static Table latency(LoadResult result) {
        List<List<String>> rows = new ArrayList<>();
        latencies(result).forEach(latency -> rows.add(row(latency.name(), latency.nanos())));
        if (result.sendLag().getTotalCount() > 0) {
            rows.add(row("send lag", result.sendLag()));
        }
        return new Table("Latency", List.of("", "count", "p50", "p90", "p99", "p99.9", "max", "mean"), rows);
    }

    private static List<String> row(String name, Histogram nanos) {
        return List.of(
                name,
                Units.count(nanos.getTotalCount()),
                Units.duration(nanos.getValueAtPercentile(50)),
                Units.duration(nanos.getValueAtPercentile(90)),
                Units.duration(nanos.getValueAtPercentile(99)),
                Units.duration(nanos.getValueAtPercentile(99.9)),
                Units.duration(nanos.getMaxValue()),
                Units.duration(nanos.getMean()));
    }

    /** A row for each kind and class that failed; no rows where all went well. */
    static Table failures(LoadResult result) {
        List<List<String>> rows = new ArrayList<>();
        new TreeMap<>(result.kinds())
                .forEach((kind, requests) -> new TreeMap<>(requests.failures()).forEach((failure, count) -> {
                    if (count > 0) {
                        rows.add(List.of(kind.label() + ", " + failure.label(), Units.count(count), meaning(failure)));
                    }
                }));
        return new Table("Failures", List.of("", "requests", "what it is"), rows);
    }

    private static String meaning(Failure failure) {
        return switch (failure) {
            case CONNECT -> "no connection";
            case CUT -> "the connection ended before the answer did";
            case TIMEOUT -> "no answer in time";
            case STATUS_429 -> "rate limited";
            case STATUS_4XX -> "refused as the client's fault";
            case STATUS_503 -> "overloaded or unavailable";
            case STATUS_5XX -> "failed at the server";
            case STATUS_OTHER -> "an unexpected status";
            case HTTP_FRAMING -> "not HTTP";
            case SSE_FRAMING -> "not an event stream";
            case NO_DONE -> "the stream ended without [DONE]";
            case ERROR_EVENT -> "the stream told of an error";
            case SHAPE -> "not the JSON of this API";
            case CONTENT -> "not the text that was generated";
            case USAGE -> "usage missing or wrong";
            case NOT_SENT -> "no connection was free before the end";
        };
    }
}
