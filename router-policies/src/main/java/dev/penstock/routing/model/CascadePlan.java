package dev.penstock.routing.model;

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
import java.util.ArrayList;
import java.util.EnumSet;
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
 */
public final class CascadePlan {
    private CascadePlan() {}

    /** Plans what a name came down to; just what the policy says where that is no cascade. */
    public static RoutingDecision select(
            RoutingPolicy policy, RoutingContext context, Resolution resolution, Directory directory, LoadView load) {
        if (!resolution.cascades() || context.operation() == Operation.EMBEDDING) {
            return policy.select(context, directory, load); // vectors have no confidence
        }
        List<Attempt> attempts = new ArrayList<>();
        NoCandidate refusal = null;
        boolean escalated = false;
        for (int stage = 0; stage <= resolution.escalation().size(); stage++) {
            boolean last = stage == resolution.escalation().size();
            RoutingDecision decision =
                    policy.select(ofStage(context, tiers(resolution, stage), !last), directory, load);
            switch (decision) {
                case NoCandidate none ->
                    refusal = refusal == null || none instanceof NoCandidate.AllBusy ? none : refusal;
                case RoutePlan plan -> {
                    double threshold = stage == 0
                            ? 0
                            : resolution.escalation().get(stage - 1).minConfidence();
                    append(attempts, plan, threshold, !last);
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

    /** Whoever's answer is judged must report what to judge it by. */
    private static RoutingContext ofStage(RoutingContext context, List<List<ModelChoice>> tiers, boolean judged) {
        Set<Capability> required = context.required();
        if (judged && !required.contains(Capability.LOGPROBS)) {
            required = EnumSet.copyOf(required);
            required.add(Capability.LOGPROBS);
        }
        return new RoutingContext(
                context.operation(),
                tiers,
                required,
                context.places(),
                context.demand(),
                context.constraints(),
                context.worth(),
                context.affinity(),
                context.maxAttempts(),
                context.nowNanos(),
                context.random());
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
