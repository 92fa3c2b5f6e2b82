package dev.penstock.loadtest.bench;

import dev.penstock.loadtest.generator.Arrivals;
import dev.penstock.loadtest.generator.Mix;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** The scenarios that there are. */
public final class Scenarios {
    private static final MockPace JSON = new MockPace(64, Duration.ZERO, false);
    private static final MockPace STREAM = new MockPace(4, Duration.ZERO, true);
    private static final MockPace SLOW = new MockPace(4, Duration.ofSeconds(1), true);

    private static final int SLOW_TOKENS = 11;
    private static final Duration SLOW_STREAM = SLOW.interToken().multipliedBy(SLOW_TOKENS - 1);

    private Scenarios() {}

    /**
     * All of them, in the order in which they run.
     *
     * @param slowStreams how many are held at once, from 10 to 50,000
     */
    public static List<Scenario> all(int slowStreams) {
        if (slowStreams < 10 || slowStreams > 50_000) {
            throw new IllegalArgumentException("streams: " + slowStreams + " (expected: 10 to 50000)");
        }
        List<Scenario> all = new ArrayList<>();
        for (int connections : new int[] {1, 64, 512}) {
            all.add(json("json-1k", 1024, 12, connections));
        }
        for (int connections : new int[] {1, 64, 512}) {
            all.add(json("json-16k", 16_384, 252, connections));
        }
        all.add(new Scenario(
                "rate-1000",
                "rate-1000",
                "1,000 requests/s at random moments (Poisson), 1 KiB each way",
                JSON,
                new Arrivals.Poisson(1000),
                Mix.CHAT,
                1024,
                12,
                512,
                Duration.ZERO));
        all.add(stream(16));
        all.add(stream(256));
        all.add(slow(slowStreams));
        return List.copyOf(all);
    }

    private static Scenario json(String family, int bytes, int tokens, int connections) {
        return new Scenario(
                family,
                family + ":" + connections,
                "JSON, " + bytes / 1024 + " KiB each way, " + busy(connections),
                JSON,
                new Arrivals.Saturating(),
                Mix.CHAT,
                bytes,
                tokens,
                connections,
                Duration.ZERO);
    }

    private static String busy(int connections) {
        return connections == 1 ? "1 connection, always busy" : connections + " connections, each always busy";
    }

    private static Scenario stream(int connections) {
        return new Scenario(
                "stream-100",
                "stream-100:" + connections,
                "streams of 100 chunks, as fast as they go, " + busy(connections),
                STREAM,
                new Arrivals.Saturating(),
                Mix.STREAM,
                1024,
                100,
                connections,
                Duration.ZERO);
    }

    private static Scenario slow(int streams) {
        return new Scenario(
                "slow-streams",
                "slow-streams",
                String.format(Locale.ROOT, "%,d", streams) + " streams held at once, a chunk a second each",
                SLOW,
                new Arrivals.Constant(streams / (double) SLOW_STREAM.toSeconds()),
                Mix.STREAM,
                1024,
                SLOW_TOKENS,
                Math.min(60_000, streams + streams / 5),
                SLOW_STREAM.plusSeconds(2));
    }

    /**
     * Those of the names given, of a family or of one scenario, in the order in which they run; all when none is given.
     *
     * @throws IllegalArgumentException when a name is of none, naming those that there are
     */
    public static List<Scenario> named(List<Scenario> all, List<String> names) {
        Set<String> known = new LinkedHashSet<>();
        all.forEach(scenario -> known.addAll(List.of(scenario.family(), scenario.id())));
        for (String name : names) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException("scenario: " + name + " (expected: one of "
                        + known.stream().collect(Collectors.joining(", ")) + ")");
            }
        }
        return all.stream()
                .filter(scenario ->
                        names.isEmpty() || names.contains(scenario.family()) || names.contains(scenario.id()))
                .toList();
    }
}
