package dev.penstock.routing.explain;

import dev.penstock.routing.Directory;
import dev.penstock.routing.LoadView;
import dev.penstock.routing.ModelChoice;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.NoCandidate;
import dev.penstock.routing.RoutePlan;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.RoutingDecision;
import dev.penstock.routing.RoutingPolicy;
import dev.penstock.routing.ServedModel;
import dev.penstock.routing.Worker;
import dev.penstock.routing.WorkerId;
import dev.penstock.routing.capture.Capture;
import dev.penstock.routing.capture.LoggedDecision;
import dev.penstock.routing.capture.LoggedPolicies;
import dev.penstock.routing.capture.SoleCandidate;
import dev.penstock.routing.policy.Explainable;
import dev.penstock.routing.policy.Policies;
import dev.penstock.routing.policy.PolicySpec;
import dev.penstock.routing.policy.filter.HardFilters;
import dev.penstock.routing.policy.score.Itemized;
import dev.penstock.routing.policy.score.Objective;
import dev.penstock.routing.spi.Filter;
import dev.penstock.routing.spi.Options;
import dev.penstock.routing.spi.Scorer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes a decision and tells of it. Each candidate is put to the filters alone, and each term of the objective is worked out
 * for it, whatever the policy: so policies of other makers are told of in the same units, and one that decides by something
 * else is seen beside what its choice costs.
 */
public final class Explaining {
    private final RoutingContext context;
    private final LoadView load;
    private final List<Filter> filters;
    private final List<Itemized.Term> terms = new Objective(Options.NONE).terms();
    private final Map<String, Integer> places = new HashMap<>();
    private final Map<String, dev.penstock.routing.policy.Explanation.Candidate> own = new HashMap<>();

    private Explaining(PolicySpec spec, RoutingContext context, LoadView load) {
        this.context = context;
        this.load = load;
        this.filters = HardFilters.with(spec.composition()
                .map(parts -> parts.filters().stream().map(Policies::filter).toList())
                .orElse(List.of()));
    }

    /**
     * Decides, and tells.
     *
     * @param spec what the policy was made by
     * @param seed of the context's random source, from which nothing has been drawn yet
     */
    public static Explanation of(
            PolicySpec spec,
            RoutingPolicy policy,
            long seed,
            RoutingContext context,
            Directory directory,
            LoadView load) {
        Explaining explaining = new Explaining(spec, context, load);
        var own = Explainable.of(policy, context, directory, load);
        own.tiers().forEach(tier -> tier.candidates().forEach(explaining::own));
        RoutingDecision decision = own.decision();
        List<RoutePlan.Attempt> attempts = decision instanceof RoutePlan plan ? plan.attempts() : List.of();
        for (RoutePlan.Attempt attempt : attempts) {
            explaining.places.putIfAbsent(
                    key(attempt.worker().id().value(), attempt.model().id().value()), explaining.places.size() + 1);
        }
        Capture.Captured captured = Capture.of(context, directory, load, attempts, name -> name);
        List<Explanation.Candidate> told = new ArrayList<>();
        Map<WorkerId, Worker> workers = new HashMap<>();
        directory.workers().forEach(worker -> workers.put(worker.id(), worker));
        for (LoggedDecision.Candidate candidate : captured.candidates()) {
            Worker worker = workers.get(new WorkerId(candidate.worker()));
            if (worker != null) {
                candidate.models().forEach(model -> told.add(explaining.candidate(worker, candidate, model)));
            }
        }
        told.sort(ORDER);
        return new Explanation(
                LoggedPolicies.logged(spec),
                Capture.hex(seed),
                captured.asked(),
                List.copyOf(told),
                captured.leftOut(),
                decision instanceof RoutePlan plan ? Capture.plan(plan) : null,
                decision instanceof NoCandidate nobody ? why(nobody) : null);
    }

    private static final Comparator<Explanation.Candidate> ORDER = Comparator.comparingInt(
                    (Explanation.Candidate one) -> one.place() == null ? Integer.MAX_VALUE : one.place())
            .thenComparing(one -> one.refusedBy() != null)
            .thenComparingInt(Explanation.Candidate::tier)
            .thenComparingDouble(one -> one.costUsd() == null ? Double.MAX_VALUE : one.costUsd())
            .thenComparing(Explanation.Candidate::worker);

    private void own(dev.penstock.routing.policy.Explanation.Candidate told) {
        own.putIfAbsent(key(told.worker(), told.model()), told);
    }

    private static List<Explanation.Term> terms(dev.penstock.routing.policy.Explanation.Candidate told) {
        return told.terms().stream()
                .map(term -> new Explanation.Term(
                        term.name(), term.unit().name().toLowerCase(Locale.ROOT), finite(term.value()), null))
                .toList();
    }

    private static @Nullable Double finite(double value) {
        return Double.isFinite(value) ? value : null;
    }

    private static String key(String worker, String model) {
        return worker + " " + model;
    }

    private Explanation.Candidate candidate(
            Worker worker, LoggedDecision.Candidate captured, LoggedDecision.Model logged) {
        ModelId id = new ModelId(logged.model());
        ServedModel model = worker.model(id).orElseThrow();
        int tier = tier(id);
        SoleCandidate sole = SoleCandidate.of(context, load, worker, model, tier, logged.cachedBlocks());
        NoCandidate refusal = null;
        String refusedBy = null;
        for (int i = 0; i < filters.size() && refusal == null; i++) {
            Filter filter = filters.get(i);
            int[] row = {0};
            if (filter.keep(context, sole, load, row, 1) == 0) {
                refusedBy = filter.name();
                refusal = filter.refusal(context, sole, load, row, 1);
            }
        }
        var told = Optional.ofNullable(own.get(key(captured.worker(), logged.model())));
        List<Explanation.Term> worked =
                terms.stream().map(term -> term(term, sole, logged.estimate())).toList();
        return new Explanation.Candidate(
                captured.worker(),
                logged.model(),
                tier,
                Double.isNaN(sole.quality()) ? null : sole.quality(),
                places.get(key(captured.worker(), logged.model())),
                refusedBy,
                refusal == null ? null : why(refusal),
                worked,
                sum(worked),
                told.map(Explaining::terms).orElse(List.of()),
                told.map(one -> finite(one.cost())).orElse(null),
                captured.site(),
                captured.accelerator(),
                captured.capacity(),
                captured.signals(),
                logged.cachedBlocks(),
                logged.forecast(),
                logged.estimate());
    }

    private int tier(ModelId model) {
        for (int tier = 0; tier < context.tiers().size(); tier++) {
            for (ModelChoice choice : context.tiers().get(tier)) {
                if (choice.model().equals(model)) {
                    return tier;
                }
            }
        }
        return context.tiers().size();
    }

    private Explanation.Term term(Itemized.Term term, SoleCandidate sole, LoggedDecision.Estimate estimate) {
        Scorer scorer = term.scorer();
        double[] cost = {0};
        scorer.add(context, sole, load, new int[] {0}, 1, 1, cost);
        // A price that nobody has said is not nought: the policy takes the dearest there is for it.
        boolean unknown = term.name().equals("price") && estimate.dollars() == null;
        boolean seconds = scorer.unit() == Scorer.Unit.SECONDS;
        double usd = seconds ? cost[0] * context.worth().dollarsPerSecond() : cost[0];
        return new Explanation.Term(
                term.name(),
                scorer.unit().name().toLowerCase(Locale.ROOT),
                unknown ? null : cost[0],
                unknown ? null : usd);
    }

    private static @Nullable Double sum(List<Explanation.Term> terms) {
        double sum = 0;
        for (Explanation.Term term : terms) {
            Double usd = term.usd();
            if (usd == null) {
                return null;
            }
            sum += usd;
        }
        return sum;
    }

    private static String why(NoCandidate refusal) {
        return switch (refusal) {
            case NoCandidate.UnknownModel unknown -> "nobody serves " + unknown.model();
            case NoCandidate.MissingCapability missing ->
                "it cannot do " + missing.capability().wireName();
            case NoCandidate.NoLiveWorker dead -> "not alive, or it ends";
            case NoCandidate.AllBusy busy -> "no room: requests wait for it";
            case NoCandidate.Constrained constrained -> constrained.detail();
        };
    }
}
