package dev.penstock.routing.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.routing.Accelerator;
import dev.penstock.routing.Affinity;
import dev.penstock.routing.Capability;
import dev.penstock.routing.Constraints;
import dev.penstock.routing.DataClass;
import dev.penstock.routing.Demand;
import dev.penstock.routing.Directory;
import dev.penstock.routing.Forecast;
import dev.penstock.routing.Forecasts;
import dev.penstock.routing.LoadView;
import dev.penstock.routing.ModelChoice;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Operation;
import dev.penstock.routing.Placement;
import dev.penstock.routing.Price;
import dev.penstock.routing.RoutePlan;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.RoutingDecision;
import dev.penstock.routing.ServedModel;
import dev.penstock.routing.Site;
import dev.penstock.routing.Worker;
import dev.penstock.routing.WorkerId;
import dev.penstock.routing.Worth;
import dev.penstock.routing.policy.PolicySpec;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CaptureTest {
    private static final ModelId BIG = new ModelId("big");
    private static final ModelId SMALL = new ModelId("small");

    private static <T> T one(T[] of, Random random) {
        return of[random.nextInt(of.length)];
    }

    /** A pool under load, every figure of which is drawn. */
    private record World(Directory directory, LoadView load, RoutingContext context, long seed) {
        static World drawn(long seed) {
            Random random = new Random(seed);
            List<Worker> workers = new ArrayList<>();
            int count = 1 + random.nextInt(20);
            for (int i = 0; i < count; i++) {
                workers.add(new Worker(
                        new WorkerId("w" + i),
                        7 * i,
                        URI.create("http://10.0.0." + i),
                        one(Accelerator.values(), random),
                        new Site(
                                "s" + random.nextInt(3),
                                one(Site.Kind.values(), random),
                                random.nextBoolean() ? "eu" : ""),
                        1 + random.nextInt(16),
                        random.nextInt(3) == 0
                                ? List.of(model(SMALL, random))
                                : List.of(model(BIG, random), model(SMALL, random))));
            }
            long drawn = random.nextLong();
            return new World(Directory.of(workers), new DrawnLoad(seed), context(random, drawn), drawn);
        }

        private static ServedModel model(ModelId id, Random random) {
            Optional<Price> price = random.nextInt(4) == 0
                    ? Optional.empty()
                    : Optional.of(new Price(
                            random.nextDouble(), random.nextDouble(), random.nextDouble(), random.nextInt(3)));
            return new ServedModel(id, "", 0, random.nextBoolean() ? 0 : 8192, "", EnumSet.of(Capability.CHAT), price);
        }

        private static RoutingContext context(Random random, long seed) {
            Constraints constraints = new Constraints(
                    DataClass.PUBLIC,
                    one(Placement.values(), random),
                    random.nextInt(4) == 0 ? Optional.of(Set.of("eu")) : Optional.empty(),
                    random.nextInt(4) == 0 ? Optional.of(Set.of("site")) : Optional.empty(),
                    random.nextInt(4) == 0 ? OptionalDouble.of(0.01) : OptionalDouble.empty(),
                    random.nextInt(4) == 0 ? Optional.of(Duration.ofSeconds(20)) : Optional.empty(),
                    OptionalDouble.empty());
            return new RoutingContext(
                    Operation.CHAT,
                    List.of(List.of(new ModelChoice(BIG, 0.9), ModelChoice.of(SMALL)), List.of(ModelChoice.of(SMALL))),
                    Set.of(Capability.CHAT),
                    1 + random.nextInt(2),
                    new Demand(random.nextInt(4000), 100, 400, random.nextBoolean() ? Demand.UNBOUNDED : 500),
                    constraints,
                    new Worth(random.nextDouble() / 100, random.nextDouble() / 10),
                    new Affinity(random.nextLong(), new long[random.nextInt(40)], 64),
                    3,
                    5_000_000_000L,
                    new SplittableRandom(seed));
        }
    }

    /** Figures that are functions of the slot. */
    private record DrawnLoad(long seed) implements LoadView {
        private double unit(int slot, int what) {
            return new SplittableRandom(seed + 1000L * slot + what).nextDouble();
        }

        @Override
        public int inFlight(int slot) {
            return (int) (6 * unit(slot, 1));
        }

        @Override
        public int reportedLoad(int slot) {
            return (int) (8 * unit(slot, 2));
        }

        @Override
        public int foreignLoad(int slot) {
            return (int) (3 * unit(slot, 9));
        }

        @Override
        public boolean available(int slot) {
            return unit(slot, 3) < 0.9;
        }

        @Override
        public long ageMillis(int slot) {
            return (long) (1000 * unit(slot, 4));
        }

        @Override
        public double pendingPromptTokens(int slot) {
            return 500 * unit(slot, 5);
        }

        @Override
        public double promptTokensAhead(int slot) {
            return unit(slot, 10) < 0.5 ? -1 : 2000 * unit(slot, 11);
        }

        @Override
        public double promptTokensPerSecond(int slot) {
            return 1000 * unit(slot, 12);
        }

        @Override
        public double linkSeconds(int slot) {
            return 0.1 * unit(slot, 6);
        }

        @Override
        public int reportedQueue(int slot) {
            return (int) (3 * unit(slot, 7));
        }

        @Override
        public Forecasts forecasts() {
            return (worker, model) -> new Straight(unit(worker.slot(), 8));
        }

        @Override
        public int cachedBlocks(ModelId model, Affinity affinity, int[] slots, int[] blocks) {
            if (affinity.blocks().length < 8) {
                return 0;
            }
            slots[0] = 0;
            blocks[0] = affinity.blocks().length - 4;
            return 1;
        }
    }

    private record Straight(double slow) implements Forecast {
        @Override
        public double firstTokenSeconds(double uncachedTokens) {
            return 0.05 + slow * uncachedTokens * 1e-3;
        }

        @Override
        public double secondsPerToken(double batch) {
            return 0.01 + slow * 0.002 * (batch - 1);
        }

        @Override
        public double tail() {
            return 1 + slow;
        }

        @Override
        public double peakSeconds(long nowNanos) {
            return slow * nowNanos / 1e10;
        }

        @Override
        public double observations(long nowNanos) {
            return 100 * slow;
        }

        @Override
        public double loadSeconds() {
            return slow > 0.7 ? 3 * slow : 0;
        }

        @Override
        public double failureOdds() {
            return slow < 0.3 ? slow : 0;
        }

        @Override
        public double failureSeconds() {
            return 2 * slow;
        }
    }

    private static LoggedDecision logged(PolicySpec spec, World world, RoutePlan plan) {
        Capture.Captured captured =
                Capture.of(world.context(), world.directory(), world.load(), plan.attempts(), session -> session + 1);
        return new LoggedDecision(
                LoggedDecision.VERSION,
                "2026-01-01T00:00:00Z",
                "r",
                LoggedPolicies.logged(spec),
                Capture.hex(world.seed()),
                captured.asked(),
                captured.candidates(),
                captured.leftOut(),
                Capture.plan(plan),
                new LoggedDecision.Outcome(null, "ok", 200, 1, 0, null, 1, 1, 1, 0, false, null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"balanced", "two-choices", "peak-ewma", "least-outstanding"})
    void aDecisionThatIsMadeAgainFromTheLogIsTheSame(String policy) {
        PolicySpec spec = PolicySpec.of(policy);
        int plans = 0;
        for (long seed = 1; seed <= 150; seed++) {
            World world = World.drawn(seed);
            RoutingDecision then = spec.create().select(world.context(), world.directory(), world.load());
            if (then instanceof RoutePlan plan) {
                plans++;
                LoggedDecision logged = logged(spec, world, plan);
                Recreation again = new Recreation(logged);
                RoutingDecision now = LoggedPolicies.spec(logged.policy())
                        .create()
                        .select(again.context(new SplittableRandom(again.seed())), again.directory(), again.load());
                assertSame("seed " + seed, plan, now);
            }
        }
        assertTrue(plans > 50, "plans: " + plans);
    }

    private static void assertSame(String seed, RoutePlan then, RoutingDecision now) {
        LoggedDecision.Plan one = Capture.plan(then);
        LoggedDecision.Plan other =
                now instanceof RoutePlan plan ? Capture.plan(plan) : new LoggedDecision.Plan(now.toString(), List.of());
        assertEquals(one.reason(), other.reason(), seed);
        assertEquals(
                one.attempts().stream().map(a -> a.worker() + " " + a.model()).toList(),
                other.attempts().stream().map(a -> a.worker() + " " + a.model()).toList(),
                seed);
        for (int i = 0; i < one.attempts().size(); i++) {
            assertEquals(
                    then.attempts().get(i).estimate().seconds(),
                    ((RoutePlan) now).attempts().get(i).estimate().seconds(),
                    1e-9,
                    seed);
        }
    }

    @Test
    void everyCandidateCarriesWhatThePlanEstimates() {
        for (long seed = 1; seed <= 150; seed++) {
            World world = World.drawn(seed);
            if (PolicySpec.of("balanced").create().select(world.context(), world.directory(), world.load())
                    instanceof RoutePlan plan) {
                LoggedDecision logged = logged(PolicySpec.of("balanced"), world, plan);
                for (LoggedDecision.Attempt attempt : logged.plan().attempts()) {
                    LoggedDecision.Estimate same = logged.candidates().stream()
                            .filter(candidate -> candidate.worker().equals(attempt.worker()))
                            .flatMap(candidate -> candidate.models().stream())
                            .filter(model -> model.model().equals(attempt.model()))
                            .findFirst()
                            .orElseThrow()
                            .estimate();
                    assertEquals(attempt.estimate().seconds(), same.seconds(), "seed " + seed);
                    assertEquals(attempt.estimate().p95Seconds(), same.p95Seconds(), "seed " + seed);
                    Double dollars = attempt.estimate().dollars();
                    Double again = same.dollars();
                    assertEquals(dollars == null, again == null, "seed " + seed);
                    if (dollars != null && again != null) {
                        assertEquals(dollars, again, 1e-9 * dollars, "seed " + seed);
                    }
                }
            }
        }
    }

    @Test
    void ofManyCandidatesThoseOfThePlanAreKeptAndTheRestIsCounted() {
        List<Worker> workers = new ArrayList<>();
        ServedModel model = new ServedModel(BIG, "", 0, 0, "", Set.of(Capability.CHAT), Optional.empty());
        for (int i = 0; i < 300; i++) {
            workers.add(new Worker(
                    new WorkerId("w" + i),
                    i,
                    URI.create("http://10.0.0.1"),
                    Accelerator.CPU,
                    Site.LOCAL,
                    4,
                    List.of(model)));
        }
        Directory directory = Directory.of(workers);
        RoutingContext context =
                new RoutingContext(Operation.CHAT, BIG, Set.of(Capability.CHAT), 1, 3, new SplittableRandom(1));
        LoadView idle = new DrawnLoad(1);
        RoutePlan plan = (RoutePlan) PolicySpec.of("two-choices").create().select(context, directory, idle);
        Capture.Captured captured = Capture.of(context, directory, idle, plan.attempts(), session -> session);
        assertEquals(LoggedDecision.MAX_CANDIDATES, captured.candidates().size());
        assertEquals(300 - LoggedDecision.MAX_CANDIDATES, captured.leftOut());
        List<String> kept = captured.candidates().stream()
                .map(LoggedDecision.Candidate::worker)
                .toList();
        plan.attempts()
                .forEach(attempt ->
                        assertTrue(kept.contains(attempt.worker().id().value())));
    }

    @Test
    void aCompositionComesBackAsItWas() {
        PolicySpec spec = new PolicySpec(
                "mine",
                new dev.penstock.routing.spi.Options(Map.of("spill-seconds", "3")),
                Optional.of(new PolicySpec.Composition(
                        List.of(),
                        List.of(new dev.penstock.routing.policy.Policies.Component("objective")),
                        new dev.penstock.routing.policy.Policies.Component("least"))));
        assertEquals(spec, LoggedPolicies.spec(LoggedPolicies.logged(spec)));
    }

    @Test
    void equalBeginningsStayEqualAndTheDeadlineStaysSpent() {
        World world = World.drawn(7);
        long[] blocks = new SplittableRandom(7).longs(20).toArray();
        RoutingContext asked = new RoutingContext(
                Operation.CHAT,
                world.context().tiers(),
                Set.of(Capability.CHAT),
                1,
                world.context().demand(),
                Constraints.NONE,
                Worth.DEFAULT,
                new Affinity(0, blocks, 64),
                3,
                5_000_000,
                3_000_000,
                new SplittableRandom(1));
        Capture.Captured captured =
                Capture.of(asked, world.directory(), world.load(), List.of(), name -> Long.reverse(name));
        RoutingContext again = new Recreation(new LoggedDecision(
                        LoggedDecision.VERSION,
                        "2026-01-01T00:00:00Z",
                        "r",
                        LoggedPolicies.logged(PolicySpec.of("balanced")),
                        Capture.hex(1),
                        captured.asked(),
                        captured.candidates(),
                        captured.leftOut(),
                        new LoggedDecision.Plan("", List.of()),
                        new LoggedDecision.Outcome(null, "ok", 200, 1, 0, null, 1, 1, 1, 0, false, null)))
                .context(new SplittableRandom(1));
        assertEquals(3_000_000, again.waitedNanos());
        long[] kept = again.affinity().blocks();
        assertEquals(20, kept.length);
        for (int i = 0; i < LoggedDecision.MAX_PREFIXES; i++) {
            assertEquals(Long.reverse(blocks[i]), kept[i]);
        }
    }
}
