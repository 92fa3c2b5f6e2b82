package dev.penstock.routing.policy;

import dev.penstock.routing.Capability;
import dev.penstock.routing.Directory;
import dev.penstock.routing.LoadView;
import dev.penstock.routing.ModelChoice;
import dev.penstock.routing.NoCandidate;
import dev.penstock.routing.Operation;
import dev.penstock.routing.RoutePlan;
import dev.penstock.routing.RoutePlan.Attempt;
import dev.penstock.routing.RoutePlan.Estimate;
import dev.penstock.routing.RoutePlan.Start;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.RoutingDecision;
import dev.penstock.routing.RoutingPolicy;
import dev.penstock.routing.model.Resolution;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Plans a cascade: the attempts of its first stage, and after them those of each further one, whose first begins where the
 * answer before it lacks confidence. A stage that nobody can run is left out, and the answer of the last there is stands.
 *
 * <p>An answer that may be escalated is held until it is whole. So its first token comes to the client when its last has
 * come from the worker: in the estimates the time to the first token of such an attempt is the time to its last.
 *
 * <p>Source: L. Chen, M. Zaharia, J. Zou, "FrugalGPT", 2023 (arXiv 2305.05176), with the mean probability of the answer's
 * tokens as its score: what an engine reports anyway, and no further model.
 *
 * @param policy that plans each stage
 * @param resolution the stages; where it has but one, the plan is just what the policy says
 */
public record Cascading(RoutingPolicy policy, Resolution resolution) implements Explainable {
    @Override
    public RoutingDecision select(RoutingContext context, Directory directory, LoadView load) {
        if (!stages(context)) {
            return policy.select(context, directory, load);
        }
        List<RoutingDecision> decided = new ArrayList<>();
        for (int stage = 0; stage <= resolution.escalation().size(); stage++) {
            decided.add(policy.select(ofStage(context, stage), directory, load));
        }
        return joined(decided);
    }

    @Override
    public Explanation explain(RoutingContext context, Directory directory, LoadView load) {
        Explanation told = Explainable.of(policy, stages(context) ? ofStage(context, 0) : context, directory, load);
        if (!stages(context)) {
            return told;
        }
        List<Explanation.Tier> tiers = new ArrayList<>(told.tiers());
        List<RoutingDecision> decided = new ArrayList<>(List.of(told.decision()));
        for (int stage = 1; stage <= resolution.escalation().size(); stage++) {
            Explanation further = Explainable.of(policy, ofStage(context, stage), directory, load);
            tiers.addAll(further.tiers());
            decided.add(further.decision());
        }
        return new Explanation(told.policy(), told.unit(), told.dollarsPerSecond(), tiers, joined(decided));
    }

    /** Vectors have no confidence. */
    private boolean stages(RoutingContext context) {
        return resolution.cascades() && context.operation() != Operation.EMBEDDING;
    }

    /** Whoever's answer is judged must report what to judge it by. */
    private RoutingContext ofStage(RoutingContext context, int stage) {
        RoutingContext narrowed = context.withTiers(tiers(resolution, stage));
        if (last(stage) || context.required().contains(Capability.LOGPROBS)) {
            return narrowed;
        }
        Set<Capability> required = new HashSet<>(context.required());
        required.add(Capability.LOGPROBS);
        return narrowed.withRequired(required);
    }

    private boolean last(int stage) {
        return stage == resolution.escalation().size();
    }

    private RoutingDecision joined(List<RoutingDecision> decided) {
        List<Attempt> attempts = new ArrayList<>();
        NoCandidate refusal = null;
        boolean escalated = false;
        for (int stage = 0; stage < decided.size(); stage++) {
            switch (decided.get(stage)) {
                case NoCandidate none ->
                    refusal = refusal == null || none instanceof NoCandidate.AllBusy ? none : refusal;
                case RoutePlan plan -> {
                    double threshold = stage == 0
                            ? 0
                            : resolution.escalation().get(stage - 1).minConfidence();
                    append(attempts, plan, threshold, !last(stage));
                    escalated |= attempts.size() > plan.attempts().size();
                }
            }
        }
        if (attempts.isEmpty() && refusal != null) {
            return refusal;
        }
        return new RoutePlan(attempts, escalated ? "cascade" : "cascade: one stage only");
    }

    private static List<List<ModelChoice>> tiers(Resolution resolution, int stage) {
        return stage == 0
                ? resolution.tiers()
                : resolution.escalation().get(stage - 1).tiers();
    }

    private static void append(List<Attempt> attempts, RoutePlan plan, double threshold, boolean judged) {
        boolean first = true;
        for (Attempt attempt : plan.attempts()) {
            Start start = first && !attempts.isEmpty() ? new Start.Escalation(threshold) : attempt.start();
            attempts.add(new Attempt(
                    attempt.worker(),
                    attempt.model(),
                    start,
                    attempt.transform(),
                    attempt.permit(),
                    judged ? whole(attempt.estimate()) : attempt.estimate()));
            first = false;
        }
    }

    private static Estimate whole(Estimate estimate) {
        return new Estimate(estimate.dollars(), estimate.seconds(), estimate.seconds(), estimate.p95Seconds());
    }
}
