package dev.penstock.routing.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.penstock.routing.Accelerator;
import dev.penstock.routing.Capability;
import dev.penstock.routing.Constraints;
import dev.penstock.routing.Directory;
import dev.penstock.routing.LoadView;
import dev.penstock.routing.ModelChoice;
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
import dev.penstock.routing.model.Resolution;
import dev.penstock.routing.model.VirtualModel;
import dev.penstock.routing.model.VirtualModels;
import dev.penstock.routing.spi.Scorer;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CascadingTest {
    private static final Estimate ESTIMATE = new Estimate(0.01, 0.2, 1.5, 4);
    private static final Resolution CASCADE = VirtualModels.of(
                    Map.of(
                            new ModelId("x"),
                            new VirtualModel.Cascade(
                                    List.of(new ModelId("s"), new ModelId("m"), new ModelId("l")), 0.8)),
                    Map.of(),
                    model -> true)
            .resolve(new ModelId("x"), "k", "r", () -> 0);
    private static final LoadView NOBODY = new LoadView() {
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

    private final List<RoutingContext> asked = new ArrayList<>();

    /** Two workers for each model but those named, which are refused for that reason. */
    private RoutingPolicy policy(Map<String, NoCandidate> refused) {
        return (context, directory, load) -> {
            asked.add(context);
            String model = context.model().value();
            NoCandidate refusal = refused.get(model);
            return refusal != null
                    ? refusal
                    : new RoutePlan(List.of(attempt(model + "1", model), attempt(model + "2", model)), "test");
        };
    }

    private static Attempt attempt(String worker, String model) {
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
                ESTIMATE);
    }

    private RoutingDecision select(Operation operation, Map<String, NoCandidate> refused) {
        RoutingContext context = new RoutingContext(
                        operation, new ModelId("x"), Set.of(operation.capability()), 1, 3, new Random(1))
                .withTiers(CASCADE.tiers());
        return new Cascading(policy(refused), CASCADE).select(context, Directory.EMPTY, NOBODY);
    }

    private static List<String> told(RoutingDecision decision) {
        return assertInstanceOf(RoutePlan.class, decision).attempts().stream()
                .map(attempt -> attempt.worker().id()
                        + switch (attempt.start()) {
                            case Start.AfterFailure after -> "";
                            case Start.Hedge hedge -> " hedge";
                            case Start.Escalation escalation -> " below " + escalation.minConfidence();
                        })
                .toList();
    }

    private static NoCandidate busy(String model) {
        return new NoCandidate.AllBusy(new ModelId(model));
    }

    private static NoCandidate dead(String model) {
        return new NoCandidate.NoLiveWorker(new ModelId(model));
    }

    @Test
    void eachStageFollowsTheOneBeforeIt() {
        assertEquals(
                List.of("s1", "s2", "m1 below 0.8", "m2", "l1 below 0.8", "l2"),
                told(select(Operation.CHAT, Map.of())));
    }

    @Test
    void onlyJudgedStagesMustTellLogProbabilities() {
        select(Operation.CHAT, Map.of());
        assertEquals(
                List.of(true, true, false),
                asked.stream()
                        .map(context -> context.required().contains(Capability.LOGPROBS))
                        .toList());
    }

    @Test
    void theFirstTokenOfWhatIsHeldComesWithItsLast() {
        RoutePlan plan = assertInstanceOf(RoutePlan.class, select(Operation.CHAT, Map.of()));
        assertEquals(1.5, plan.attempts().getFirst().estimate().firstTokenSeconds());
        assertEquals(0.2, plan.attempts().getLast().estimate().firstTokenSeconds());
    }

    @Test
    void aStageThatNobodyCanRunIsLeftOut() {
        assertEquals(List.of("s1", "s2", "l1 below 0.8", "l2"), told(select(Operation.CHAT, Map.of("m", dead("m")))));
        assertEquals(List.of("m1", "m2", "l1 below 0.8", "l2"), told(select(Operation.CHAT, Map.of("s", busy("s")))));
        assertEquals(List.of("s1", "s2"), told(select(Operation.CHAT, Map.of("m", dead("m"), "l", dead("l")))));
    }

    @Test
    void whereNobodyCanWhoeverIsBusyIsWaitedFor() {
        assertEquals(busy("m"), select(Operation.CHAT, Map.of("s", dead("s"), "m", busy("m"), "l", dead("l"))));
        assertEquals(dead("s"), select(Operation.CHAT, Map.of("s", dead("s"), "m", dead("m"), "l", dead("l"))));
    }

    @Test
    void anExplanationIsOfAllStages() {
        RoutingContext context =
                new RoutingContext(Operation.CHAT, new ModelId("x"), Set.of(Capability.CHAT), 1, 3, new Random(1));
        Explainable stages = new Explainable() {
            @Override
            public RoutingDecision select(RoutingContext asked, Directory directory, LoadView load) {
                return policy(Map.of()).select(asked, directory, load);
            }

            @Override
            public Explanation explain(RoutingContext asked, Directory directory, LoadView load) {
                List<String> models = List.of(asked.model().value());
                return new Explanation(
                        "test",
                        Scorer.Unit.DOLLARS,
                        1,
                        List.of(new Explanation.Tier(models, List.of())),
                        select(asked, directory, load));
            }
        };
        Explanation told = new Cascading(stages, CASCADE).explain(context, Directory.EMPTY, NOBODY);
        assertEquals(
                List.of(List.of("s"), List.of("m"), List.of("l")),
                told.tiers().stream().map(Explanation.Tier::models).toList());
        assertEquals(told(select(Operation.CHAT, Map.of())), told(told.decision()));
    }

    @Test
    void whatHasNoConfidenceIsNotJudged() {
        assertEquals(List.of("s1", "s2"), told(select(Operation.EMBEDDING, Map.of())));
    }

    @Test
    void whatIsLeftBeginsWithTheStageOfTheModel() {
        assertEquals(
                "m",
                CASCADE.from(new ModelId("m"))
                        .tiers()
                        .getFirst()
                        .getFirst()
                        .model()
                        .value());
        assertEquals(1, CASCADE.from(new ModelId("m")).escalation().size());
        assertEquals(
                List.of(List.of(ModelChoice.of(new ModelId("l")))),
                CASCADE.from(new ModelId("l")).tiers());
        assertEquals(0, CASCADE.from(new ModelId("l")).escalation().size());
    }
}
