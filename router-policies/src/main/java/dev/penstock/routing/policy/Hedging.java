package dev.penstock.routing.policy;

import dev.penstock.routing.Directory;
import dev.penstock.routing.Forecast;
import dev.penstock.routing.LoadView;
import dev.penstock.routing.RoutePlan;
import dev.penstock.routing.RoutePlan.Attempt;
import dev.penstock.routing.RoutePlan.Start;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.RoutingDecision;
import dev.penstock.routing.RoutingPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the second attempt of another policy's plan a hedge, where that is the same model at another worker: it begins when the first has given
 * nothing for longer than 19 of 20 requests take. Whether it may is a matter of a budget, which whoever carries the plan out
 * keeps.
 *
 * <p>The delay is {@code tail x (link + first token)} of the first attempt's forecast for a stream, and its p95 until the last
 * token for an answer that comes whole.
 *
 * <p>Source: J. Dean and L. A. Barroso, "The Tail at Scale", CACM 56(2), 2013: a second request after the 95th percentile of
 * the expected latency adds about 5 % of load.
 *
 * @param policy whose plans
 * @param answers how they come
 */
public record Hedging(RoutingPolicy policy, Answers answers) implements Explainable {
    /** The shortest delay: below it, what is measured is this process. */
    public static final Duration MIN_DELAY = Duration.ofMillis(10);

    private static final double NANOS = 1e9;
    private static final double MAX_SECONDS = 3600;

    /** How an answer comes. */
    public enum Answers {
        /** Token by token. */
        STREAMED,
        /** Nothing of it before all of it. */
        WHOLE
    }

    @Override
    public RoutingDecision select(RoutingContext context, Directory directory, LoadView load) {
        return hedged(policy.select(context, directory, load), context, load);
    }

    @Override
    public Explanation explain(RoutingContext context, Directory directory, LoadView load) {
        Explanation told = Explainable.of(policy, context, directory, load);
        return told.deciding(hedged(told.decision(), context, load));
    }

    private RoutingDecision hedged(RoutingDecision decision, RoutingContext context, LoadView load) {
        return decision instanceof RoutePlan plan && hedgeable(plan) ? hedge(plan, context, load) : decision;
    }

    /** A fallback to another model is no copy. */
    private static boolean hedgeable(RoutePlan plan) {
        if (plan.attempts().size() < 2) {
            return false;
        }
        Attempt first = plan.attempts().getFirst();
        Attempt second = plan.attempts().get(1);
        return second.start() instanceof Start.AfterFailure
                && second.model().id().equals(first.model().id())
                && !second.worker().id().equals(first.worker().id());
    }

    private RoutePlan hedge(RoutePlan plan, RoutingContext context, LoadView load) {
        List<Attempt> attempts = new ArrayList<>(plan.attempts());
        Attempt second = attempts.get(1);
        Duration delay = delay(attempts.getFirst(), context, load);
        attempts.set(
                1,
                new Attempt(
                        second.worker(),
                        second.model(),
                        new Start.Hedge(delay),
                        second.transform(),
                        second.permit(),
                        second.estimate()));
        return new RoutePlan(attempts, plan.reason());
    }

    private Duration delay(Attempt first, RoutingContext context, LoadView load) {
        Forecast forecast = load.forecasts().of(first.worker(), first.model());
        RoutePlan.Estimate estimate = first.estimate();
        double firstToken = known(
                estimate.firstTokenSeconds(),
                load.linkSeconds(first.worker().slot())
                        + forecast.firstTokenSeconds(context.demand().promptTokens()));
        double seconds =
                switch (answers) {
                    case STREAMED -> firstToken * forecast.tail();
                    case WHOLE ->
                        known(
                                estimate.p95Seconds(),
                                forecast.tail()
                                        * (firstToken
                                                + context.demand().expectedTokens() * forecast.secondsPerToken(1)));
                };
        Duration delay = Duration.ofNanos(Math.round(Math.min(known(seconds, MAX_SECONDS), MAX_SECONDS) * NANOS));
        return delay.compareTo(MIN_DELAY) < 0 ? MIN_DELAY : delay;
    }

    private static double known(double value, double otherwise) {
        return Double.isFinite(value) ? value : otherwise;
    }
}
