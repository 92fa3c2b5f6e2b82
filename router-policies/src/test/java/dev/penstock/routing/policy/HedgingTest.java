package dev.penstock.routing.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.penstock.routing.Accelerator;
import dev.penstock.routing.Capability;
import dev.penstock.routing.Constraints;
import dev.penstock.routing.Directory;
import dev.penstock.routing.LoadView;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.NoCandidate;
import dev.penstock.routing.Operation;
import dev.penstock.routing.Permit;
import dev.penstock.routing.RoutePlan;
import dev.penstock.routing.RoutePlan.Attempt;
import dev.penstock.routing.RoutePlan.Estimate;
import dev.penstock.routing.RoutePlan.Start;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.RoutingDecision;
import dev.penstock.routing.RoutingPolicy;
import dev.penstock.routing.ServedModel;
import dev.penstock.routing.Site;
import dev.penstock.routing.Worker;
import dev.penstock.routing.WorkerId;
import dev.penstock.routing.policy.Hedging.Answers;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HedgingTest {
    private static final RoutingContext CONTEXT =
            new RoutingContext(Operation.CHAT, new ModelId("m"), Set.of(Capability.CHAT), 1, 3, new Random(1));
    private static final LoadView IDLE = new LoadView() {
        @Override
        public int inFlight(int slot) {
            return 0;
        }

        @Override
        public int reportedLoad(int slot) {
            return 0;
        }

        @Override
        public boolean available(int slot) {
            return true;
        }

        @Override
        public long ageMillis(int slot) {
            return 0;
        }
    };

    private static Attempt attempt(String worker, String model, Estimate estimate) {
        ServedModel served =
                new ServedModel(new ModelId(model), "", 0, 0, "", Set.of(Capability.CHAT), Optional.empty());
        Worker who = new Worker(
                new WorkerId(worker),
                0,
                URI.create("http://127.0.0.1:1"),
                Accelerator.GPU,
                Site.LOCAL,
                1,
                List.of(served));
        return new Attempt(
                who,
                served,
                Start.AFTER_FAILURE,
                RoutePlan.Transform.NONE,
                Permit.of(Constraints.NONE, who).orElseThrow(),
                estimate);
    }

    private static RoutingDecision hedged(Answers answers, Attempt... attempts) {
        RoutingPolicy policy = (context, directory, load) -> new RoutePlan(List.of(attempts), "test");
        return new Hedging(policy, answers).select(CONTEXT, Directory.EMPTY, IDLE);
    }

    private static Duration delay(RoutingDecision decision) {
        RoutePlan plan = assertInstanceOf(RoutePlan.class, decision);
        assertInstanceOf(Start.AfterFailure.class, plan.attempts().getFirst().start());
        return assertInstanceOf(Start.Hedge.class, plan.attempts().get(1).start())
                .delay();
    }

    @Test
    void aStreamsHedgeWaitsForTheTailOfTheFirstToken() {
        // The tail of an unknown worker is 2.
        Attempt first = attempt("a", "m", new Estimate(0, 0.3, 2, 5));
        assertEquals(
                Duration.ofMillis(600), delay(hedged(Answers.STREAMED, first, attempt("b", "m", Estimate.UNKNOWN))));
    }

    @Test
    void aWholeAnswersHedgeWaitsForTheTailOfAllOfIt() {
        Attempt first = attempt("a", "m", new Estimate(0, 0.3, 2, 5));
        assertEquals(Duration.ofSeconds(5), delay(hedged(Answers.WHOLE, first, attempt("b", "m", Estimate.UNKNOWN))));
    }

    @Test
    void withoutAnEstimateTheForecastCounts() {
        Attempt first = attempt("a", "m", Estimate.UNKNOWN);
        Attempt second = attempt("b", "m", Estimate.UNKNOWN);
        double firstToken = 0.05 + 256 * 3e-4;
        assertEquals(
                2 * firstToken, delay(hedged(Answers.STREAMED, first, second)).toNanos() / 1e9, 1e-6);
        assertEquals(
                2 * (firstToken + 128 * 0.02),
                delay(hedged(Answers.WHOLE, first, second)).toNanos() / 1e9,
                1e-6);
    }

    @Test
    void theDelayIsNeverShorterThanWhatCanBeMeasured() {
        Attempt first = attempt("a", "m", new Estimate(0, 0, 0, 0));
        assertEquals(Hedging.MIN_DELAY, delay(hedged(Answers.STREAMED, first, first(first, "b"))));
    }

    private static Attempt first(Attempt like, String worker) {
        return attempt(worker, like.model().id().value(), like.estimate());
    }

    @Test
    void onlyACopyAtAnotherWorkerIsAHedge() {
        Attempt first = attempt("a", "m", Estimate.UNKNOWN);
        for (Attempt[] attempts : new Attempt[][] {
            {first}, {first, attempt("a", "m", Estimate.UNKNOWN)}, {first, attempt("b", "other", Estimate.UNKNOWN)}
        }) {
            RoutePlan plan = assertInstanceOf(RoutePlan.class, hedged(Answers.STREAMED, attempts));
            assertEquals(List.of(attempts), plan.attempts());
        }
    }

    @Test
    void aRefusalStaysOne() {
        NoCandidate refusal = new NoCandidate.NoLiveWorker(new ModelId("m"));
        RoutingPolicy refusing = (context, directory, load) -> refusal;
        assertSame(refusal, new Hedging(refusing, Answers.STREAMED).select(CONTEXT, Directory.EMPTY, IDLE));
    }

    @Test
    void whatIsExplainedIsHedgedToo() {
        Attempt first = attempt("a", "m", new Estimate(0, 0.3, 2, 5));
        Attempt second = attempt("b", "m", Estimate.UNKNOWN);
        RoutingPolicy mute = (context, directory, load) -> new RoutePlan(List.of(first, second), "test");
        Explanation told = new Hedging(mute, Answers.STREAMED).explain(CONTEXT, Directory.EMPTY, IDLE);
        assertEquals(Duration.ofMillis(600), delay(told.decision()));
        assertEquals(List.of(), told.tiers());
    }
}
