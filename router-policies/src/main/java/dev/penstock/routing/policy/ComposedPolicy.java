package dev.penstock.routing.policy;

import dev.penstock.routing.Directory;
import dev.penstock.routing.LoadView;
import dev.penstock.routing.ModelChoice;
import dev.penstock.routing.NoCandidate;
import dev.penstock.routing.Permit;
import dev.penstock.routing.RoutePlan;
import dev.penstock.routing.RoutePlan.Attempt;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.RoutingDecision;
import dev.penstock.routing.Worker;
import dev.penstock.routing.policy.pick.LeastPicker;
import dev.penstock.routing.policy.score.Prediction;
import dev.penstock.routing.spi.Filter;
import dev.penstock.routing.spi.Options;
import dev.penstock.routing.spi.Picker;
import dev.penstock.routing.spi.Scorer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A policy put together of filters, scorers and a picker. Tier by tier, all who serve one of its models are filtered, then
 * priced, then picked from; later tiers, and sites that are not preferred, give the fallbacks once the picker has had its
 * say.
 *
 * <p>Costs have a unit: dollars where any scorer counts in dollars, seconds then being made dollars by
 * {@link dev.penstock.routing.Worth#dollarsPerSecond}.
 *
 * <p>Safe for many threads. Give each gateway its own: pickers and the spill of edge first have state.
 */
public final class ComposedPolicy implements Explainable {
    /**
     * A scorer and how much it counts.
     *
     * @param name as an explanation names it
     * @param weight finite, at least 0
     */
    public record Weighted(String name, Scorer scorer, double weight) {
        public Weighted {
            if (!(weight >= 0 && weight < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException(name + ".weight: " + weight + " (expected: a finite number >= 0)");
            }
        }
    }

    /** Orders the fallbacks: a picker with state, such as round-robin's counter, is asked once a decision. */
    private static final Picker FALLBACK = new LeastPicker();

    private final String name;
    private final Filter[] filters;
    private final Weighted[] scorers;
    private final Picker picker;
    private final SitePreference preference;
    private final Scorer.Unit unit;
    private final CandidateTables tables = new CandidateTables();

    /**
     * Puts one together.
     *
     * @param name what its plans give as their reason
     * @param filters in their order, the last of them room
     * @param scorers none makes all costs nought
     * @param options {@code spill-seconds} and {@code resume-seconds} of edge first are taken from them
     * @throws IllegalArgumentException where a ratio is to be added to seconds or dollars, or for values of options
     */
    public ComposedPolicy(String name, List<Filter> filters, List<Weighted> scorers, Picker picker, Options options) {
        List<Scorer.Unit> units =
                scorers.stream().map(each -> each.scorer().unit()).distinct().toList();
        if (units.size() > 1 && units.contains(Scorer.Unit.RATIO)) {
            throw new IllegalArgumentException(
                    "scorers: ratios together with seconds or dollars (expected: ratios alone)");
        }
        this.name = name;
        this.filters = filters.toArray(Filter[]::new);
        this.scorers = scorers.toArray(Weighted[]::new);
        this.picker = picker;
        this.preference = new SitePreference(options);
        this.unit = units.contains(Scorer.Unit.DOLLARS)
                ? Scorer.Unit.DOLLARS
                : units.stream().findFirst().orElse(Scorer.Unit.RATIO);
    }

    /** The options every composed policy has, and those of its own. */
    static String[] options(List<String> own) {
        return Stream.concat(own.stream(), SitePreference.OPTIONS.stream()).toArray(String[]::new);
    }

    /** The options every composed policy has. */
    static String[] options() {
        return options(List.of());
    }

    @Override
    public RoutingDecision select(RoutingContext context, Directory directory, LoadView load) {
        Decision decision = Decision.begin();
        try {
            return decide(decision, context, directory, load);
        } finally {
            decision.end();
        }
    }

    @Override
    public Explanation explain(RoutingContext context, Directory directory, LoadView load) {
        RoutingDecision decided = select(context, directory, load);
        Explainer explainer = new Explainer(filters, scorers, unit == Scorer.Unit.DOLLARS, context, load, decided);
        List<Explanation.Tier> tiers = new ArrayList<>();
        Decision decision = Decision.begin();
        try {
            for (List<ModelChoice> tier : context.tiers()) {
                decision.open(tables.of(tier, directory, load.forecasts()), tier, context, load);
                tiers.add(explainer.tier(decision, tier));
            }
        } finally {
            decision.end();
        }
        return new Explanation(name, unit, context.worth().dollarsPerSecond(), tiers, decided);
    }

    private RoutingDecision decide(Decision decision, RoutingContext context, Directory directory, LoadView load) {
        NoCandidate refusal = null;
        String reason = "";
        List<List<ModelChoice>> tiers = context.tiers();
        for (int i = 0; i < tiers.size() && decision.planned() < context.maxAttempts(); i++) {
            List<ModelChoice> tier = tiers.get(i);
            decision.open(tables.of(tier, directory, load.forecasts()), tier, context, load);
            boolean first = decision.planned() == 0;
            int count = filter(decision, context, load);
            if (count == 0) {
                refusal = first ? likelier(refusal, refusal(decision, context, load)) : refusal;
                continue;
            }
            String why = plan(decision, context, load, count);
            if (first) {
                reason = i == 0
                        ? why
                        : "fallback: " + decision.attempt(0).model().id();
            }
        }
        if (decision.planned() > 0) {
            return new RoutePlan(decision.attempts(), reason);
        }
        return refusal == null ? new NoCandidate.UnknownModel(context.model()) : refusal;
    }

    /** Keeps the rows that pass every filter; returns how many. Those that all but the last let pass are kept beside. */
    private int filter(Decision decision, RoutingContext context, LoadView load) {
        int count = decision.size();
        for (int i = 0; i < filters.length && count > 0; i++) {
            if (i == filters.length - 1 && SitePreference.isAsked(context)) {
                System.arraycopy(decision.rows, 0, decision.before, 0, count);
            }
            decision.entered = count;
            decision.entering = i;
            count = filters[i].keep(context, decision, load, decision.rows, count);
        }
        return count;
    }

    private NoCandidate refusal(Decision decision, RoutingContext context, LoadView load) {
        return decision.size() == 0
                ? new NoCandidate.UnknownModel(context.model())
                : filters[decision.entering].refusal(context, decision, load, decision.rows, decision.entered);
    }

    /** Of two tiers that refused, the reason of the one that may have somebody sooner. */
    private static NoCandidate likelier(@Nullable NoCandidate one, NoCandidate other) {
        return one == null || hope(other) > hope(one) ? other : one;
    }

    private static int hope(NoCandidate refusal) {
        return switch (refusal) {
            case NoCandidate.AllBusy busy -> 5;
            case NoCandidate.NoLiveWorker dead -> 4;
            case NoCandidate.Constrained constrained ->
                switch (constrained.kind()) {
                    case UNAVAILABLE -> 4;
                    case TOO_EXPENSIVE -> 3;
                    case UNSATISFIABLE -> 2;
                };
            case NoCandidate.MissingCapability missing -> 1;
            case NoCandidate.UnknownModel unknown -> 0;
        };
    }

    /** Adds those who passed to the plan, as many as it takes, the preferred first; returns why in that order. */
    private String plan(Decision decision, RoutingContext context, LoadView load, int count) {
        int preferred = count;
        String reason = name;
        if (SitePreference.isAsked(context)) {
            SitePreference.Preferred asked = preference.prefer(context, decision, load, count, decision.entered);
            preferred = asked.count();
            reason = asked.reason();
        }
        pick(decision, context, load, 0, preferred);
        if (preferred < count && decision.planned() < context.maxAttempts()) {
            pick(decision, context, load, preferred, count);
        }
        return reason;
    }

    private void pick(Decision decision, RoutingContext context, LoadView load, int from, int to) {
        int count = to - from;
        int[] group = decision.group;
        System.arraycopy(decision.rows, from, group, 0, count);
        double[] costs = decision.noCosts(count);
        for (Weighted each : scorers) {
            each.scorer().add(context, decision, load, group, count, scale(each, context), costs);
        }
        int[] picked = decision.picked(context.maxAttempts() - decision.planned());
        Picker asked = decision.planned() == 0 ? picker : FALLBACK;
        int many = asked.pick(context, decision, load, group, count, costs, picked);
        Prediction prediction = decision.prediction(context);
        for (int i = 0; i < many; i++) {
            int row = picked[i];
            if (!decision.plans(row)) {
                decision.add(attempt(decision, context, load, prediction, row));
            }
        }
    }

    private double scale(Weighted scorer, RoutingContext context) {
        return unit == Scorer.Unit.DOLLARS && scorer.scorer().unit() == Scorer.Unit.SECONDS
                ? scorer.weight() * context.worth().dollarsPerSecond()
                : scorer.weight();
    }

    private static Attempt attempt(
            Decision decision, RoutingContext context, LoadView load, Prediction prediction, int row) {
        Worker worker = decision.worker(row);
        Optional<Permit> permit = Permit.of(context.constraints(), worker);
        if (permit.isEmpty()) {
            throw new IllegalStateException(
                    "worker " + worker.id() + ": no permit (expected: the placement filter lets only such pass)");
        }
        return new Attempt(
                worker,
                decision.model(row),
                RoutePlan.Start.AFTER_FAILURE,
                RoutePlan.Transform.NONE,
                permit.get(),
                prediction.at(decision, load, row).estimate(decision, row));
    }
}
