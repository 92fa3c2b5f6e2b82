package dev.penstock.loadtest.replay;

import dev.penstock.routing.Worth;
import dev.penstock.routing.policy.PolicySpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Replays a log of decisions under another policy: what that would have chosen among the same candidates at the same moment,
 * and what it would have cost and taken ({@link Estimator}). Load is as it was: a policy that sends everybody elsewhere meets
 * other queues than those of the log, which is for a simulation to say.
 */
public final class Replay {
    private Replay() {}

    /**
     * What is to be replayed.
     *
     * @param logs files of a decision log, in any order
     * @param policy the other policy
     * @param worth what time and quality are worth to it; empty takes what they were worth then
     * @param draws of each policy for each decision, from 1: how finely the likelihood of a choice is known
     * @param rounds of the bootstrap, from 100
     * @param seed of all that is drawn
     */
    public record Plan(List<Path> logs, PolicySpec policy, Optional<Worth> worth, int draws, int rounds, long seed) {
        public Plan {
            logs = List.copyOf(logs);
            if (draws < 1 || rounds < 100) {
                throw new IllegalArgumentException(
                        "draws: " + draws + ", rounds: " + rounds + " (expected: >= 1, >= 100)");
            }
        }
    }

    /**
     * Replays.
     *
     * @throws IOException where a log cannot be read
     * @throws IllegalArgumentException for a line that is no decision, or a policy there is not
     */
    public static ReplayResult run(Plan plan) throws IOException {
        Comparing comparing = new Comparing(plan.policy(), plan.worth(), plan.draws(), plan.seed());
        for (Path log : plan.logs()) {
            DecisionLogReader.read(log, comparing::add);
        }
        return result(comparing.compared(), plan.rounds(), plan.seed());
    }

    static ReplayResult result(Comparing.Compared compared, int rounds, long seed) {
        List<Comparison> comparisons = compared.comparisons();
        EnumMap<Figure, ReplayResult.Estimated> figures = new EnumMap<>(Figure.class);
        for (Figure figure : Figure.values()) {
            Estimator estimator =
                    new Estimator(figure, comparisons, compared.groups().size());
            if (estimator.count() > 0) {
                Estimator.Estimate made = estimator.estimate(rounds, new SplittableRandom(seed));
                figures.put(
                        figure,
                        new ReplayResult.Estimated(
                                figure.label(),
                                estimator.count(),
                                made.then(),
                                made.robust(),
                                made.difference(),
                                made.model()));
            }
        }
        double weights = comparisons.stream().mapToDouble(Comparison::weight).sum();
        double squares = comparisons.stream()
                .mapToDouble(one -> one.weight() * one.weight())
                .sum();
        return new ReplayResult(
                compared.spec().name(),
                compared.decisions(),
                comparisons.size(),
                compared.leftOut(),
                compared.candidatesLeftOut(),
                compared.unknownPolicy(),
                mean(comparisons, Comparison::differs),
                mean(comparisons, Comparison::nobody),
                squares == 0 ? 0 : weights * weights / squares,
                List.copyOf(figures.values()),
                shares(compared));
    }

    private static double mean(List<Comparison> comparisons, ToDoubleFunction<Comparison> of) {
        return comparisons.stream().mapToDouble(of).average().orElse(Double.NaN);
    }

    private static List<ReplayResult.Share> shares(Comparing.Compared compared) {
        int groups = compared.groups().size();
        double[] then = new double[groups];
        double[] other = new double[groups];
        for (Comparison one : compared.comparisons()) {
            then[one.group()]++;
            one.choices().forEach(choice -> other[choice.group()] += choice.probability() * (1 - one.nobody()));
        }
        int all = Math.max(1, compared.comparisons().size());
        return IntStream.range(0, groups)
                .mapToObj(group ->
                        new ReplayResult.Share(compared.groups().get(group), then[group] / all, other[group] / all))
                .sorted(Comparator.comparingDouble((ReplayResult.Share share) -> -Math.max(share.then(), share.other()))
                        .thenComparing(ReplayResult.Share::choice))
                .toList();
    }
}
