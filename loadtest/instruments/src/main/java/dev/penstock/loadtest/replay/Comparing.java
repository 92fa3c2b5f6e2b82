package dev.penstock.loadtest.replay;

import dev.penstock.routing.RoutePlan;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.RoutingDecision;
import dev.penstock.routing.RoutingPolicy;
import dev.penstock.routing.Worth;
import dev.penstock.routing.capture.LoggedDecision;
import dev.penstock.routing.capture.LoggedPolicies;
import dev.penstock.routing.capture.Recreation;
import dev.penstock.routing.policy.PolicySpec;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Asks the policies what they make of logged decisions. Both draw from random sources; how likely each of their choices is,
 * is counted over {@link #draws} of them. What was chosen then counts as one draw more, so that it is never impossible.
 */
final class Comparing {
    /** The most that what came of one decision counts for: more would let a few decisions say everything. */
    static final double MAX_WEIGHT = 20;

    private final PolicySpec spec;
    private final RoutingPolicy other;
    private final Optional<Worth> worth;
    private final int draws;
    private final SplittableRandom random;
    private final Map<LoggedDecision.Policy, Optional<RoutingPolicy>> logging = new HashMap<>();
    private final Map<String, Integer> groups = new LinkedHashMap<>();
    private final List<Comparison> comparisons = new ArrayList<>();
    private final TreeMap<String, Integer> leftOut = new TreeMap<>();
    private int decisions;
    private int candidatesLeftOut;
    private int unknownPolicy;

    /**
     * Compares with a policy.
     *
     * @param worth what time and quality are worth to it; empty takes what they were worth then
     * @param draws of each policy for each decision, at least 1
     */
    Comparing(PolicySpec spec, Optional<Worth> worth, int draws, long seed) {
        this.spec = spec;
        this.other = spec.create();
        this.worth = worth;
        this.draws = draws;
        this.random = new SplittableRandom(seed);
    }

    /** What a policy did in some draws: how often it chose each candidate, and nobody. */
    private record Drawn(Map<String, Integer> counts, int nobody) {}

    /** Takes one decision. */
    void add(LoggedDecision logged) {
        decisions++;
        Optional<String> unfit = unfit(logged);
        if (unfit.isPresent()) {
            leftOut.merge(unfit.get(), 1, Integer::sum);
            return;
        }
        candidatesLeftOut += logged.leftOut() > 0 ? 1 : 0;
        Recreation world = new Recreation(logged);
        LoggedDecision.Attempt chosen = logged.plan().attempts().getFirst();
        Map<String, LoggedDecision.Model> models = models(logged);
        String then = key(chosen.worker(), chosen.model());
        LoggedDecision.Model modelThen = models.get(then);
        if (modelThen == null) {
            leftOut.merge("what was chosen is not among the candidates", 1, Integer::sum);
            return;
        }
        Drawn ours = draw(other, world, worth.orElseGet(world::worth));
        double same = ours.counts().getOrDefault(then, 0) / (double) draws;
        comparisons.add(new Comparison(
                group(then),
                Math.min(MAX_WEIGHT, same / propensity(logged, world, then)),
                figures(figure -> figure.observed(logged.outcome())),
                figures(figure -> figure.forecast(modelThen.estimate())),
                choices(ours, models),
                1 - same,
                ours.nobody() / (double) draws));
    }

    /** Only what the choice alone brought about says anything of the choice. */
    private static Optional<String> unfit(LoggedDecision logged) {
        LoggedDecision.Outcome outcome = logged.outcome();
        if (!outcome.result().equals("ok")) {
            return Optional.of("not answered in full (" + outcome.result() + ")");
        }
        if (outcome.attempts() != 1
                || !logged.plan().attempts().getFirst().worker().equals(outcome.worker())) {
            return Optional.of("answered by another attempt than the first");
        }
        return Optional.empty();
    }

    private double propensity(LoggedDecision logged, Recreation world, String then) {
        Optional<RoutingPolicy> policy = logging.computeIfAbsent(logged.policy(), by -> made(LoggedPolicies.spec(by)));
        if (policy.isEmpty()) {
            unknownPolicy++;
            return Double.POSITIVE_INFINITY; // its choices are then judged by forecasts alone
        }
        Drawn theirs = draw(policy.get(), world, world.worth());
        return (theirs.counts().getOrDefault(then, 0) + 1) / (draws + 1.0);
    }

    /** Empty for a policy of a jar that is not here. */
    private static Optional<RoutingPolicy> made(PolicySpec spec) {
        try {
            return Optional.of(spec.create());
        } catch (IllegalArgumentException unknown) {
            return Optional.empty();
        }
    }

    private Drawn draw(RoutingPolicy policy, Recreation world, Worth value) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        int nobody = 0;
        for (int i = 0; i < draws; i++) {
            RoutingContext context = world.context(random.split(), value);
            RoutingDecision decision = policy.select(context, world.directory(), world.load());
            if (decision instanceof RoutePlan plan) {
                RoutePlan.Attempt first = plan.attempts().getFirst();
                counts.merge(key(first.worker().id().value(), first.model().id().value()), 1, Integer::sum);
            } else {
                nobody++;
            }
        }
        return new Drawn(counts, nobody);
    }

    /** Of those draws that chose somebody. */
    private List<Comparison.Choice> choices(Drawn drawn, Map<String, LoggedDecision.Model> models) {
        int somebody = draws - drawn.nobody();
        List<Comparison.Choice> choices = new ArrayList<>();
        drawn.counts().forEach((key, count) -> {
            LoggedDecision.Model model = models.get(key);
            if (model != null) {
                choices.add(new Comparison.Choice(
                        group(key), count / (double) somebody, figures(figure -> figure.forecast(model.estimate()))));
            }
        });
        return choices;
    }

    private static Map<String, LoggedDecision.Model> models(LoggedDecision logged) {
        Map<String, LoggedDecision.Model> models = new HashMap<>();
        for (LoggedDecision.Candidate candidate : logged.candidates()) {
            candidate.models().forEach(model -> models.put(key(candidate.worker(), model.model()), model));
        }
        return models;
    }

    private static Map<Figure, Double> figures(java.util.function.ToDoubleFunction<Figure> of) {
        Map<Figure, Double> figures = new EnumMap<>(Figure.class);
        for (Figure figure : Figure.values()) {
            figures.put(figure, of.applyAsDouble(figure));
        }
        return figures;
    }

    private int group(String key) {
        return groups.computeIfAbsent(key, added -> groups.size());
    }

    /** A worker as a model: a worker's name has no blank. */
    private static String key(String worker, String model) {
        return worker + " " + model;
    }

    /** What has been compared. */
    Compared compared() {
        return new Compared(
                spec,
                decisions,
                List.copyOf(comparisons),
                List.copyOf(groups.keySet()),
                new TreeMap<>(leftOut),
                candidatesLeftOut,
                unknownPolicy);
    }

    /**
     * All of it.
     *
     * @param groups the names of workers as models, by number
     * @param leftOut decisions that are not compared, by why
     * @param candidatesLeftOut compared decisions of which not all candidates were logged
     * @param unknownPolicy compared decisions that a policy made which is not here
     */
    record Compared(
            PolicySpec spec,
            int decisions,
            List<Comparison> comparisons,
            List<String> groups,
            Map<String, Integer> leftOut,
            int candidatesLeftOut,
            int unknownPolicy) {}
}
