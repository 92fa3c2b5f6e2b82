package dev.penstock.routing.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.routing.Constraints;
import dev.penstock.routing.DataClass;
import dev.penstock.routing.Directory;
import dev.penstock.routing.Placement;
import dev.penstock.routing.RoutePlan;
import dev.penstock.routing.RoutePlan.Attempt;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.RoutingDecision;
import dev.penstock.routing.RoutingPolicy;
import dev.penstock.routing.Site;
import dev.penstock.routing.spi.Options;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds of every policy, whatever the pool, its load and the request. */
class PolicyPropertiesTest {
    private static final int ROUNDS = 3000;
    private static final int EVERYBODY = 100;
    private static final long SEED = 20261128;

    static List<String> names() {
        return Policies.names();
    }

    private static RoutingPolicy policy(String name) {
        return Policies.named(name, Options.NONE, List.of());
    }

    private static List<Attempt> attempts(RoutingDecision decision) {
        return decision instanceof RoutePlan plan ? plan.attempts() : List.of();
    }

    private static List<String> planned(RoutingDecision decision) {
        return attempts(decision).stream()
                .map(attempt -> attempt.worker().id() + " " + attempt.model().id())
                .toList();
    }

    @ParameterizedTest
    @MethodSource("names")
    void privateNeverGoesToTheCloud(String name) {
        Random random = new Random(SEED);
        RandomPool pools = new RandomPool(random);
        RoutingPolicy policy = policy(name);
        int plans = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Directory directory = pools.directory();
            Constraints constraints = new Constraints(
                    DataClass.PRIVATE,
                    RandomPool.any(random, Placement.values()),
                    Optional.empty(),
                    OptionalDouble.empty(),
                    Optional.empty(),
                    OptionalDouble.empty());
            List<Attempt> attempts = attempts(
                    policy.select(pools.context(constraints, 1 + random.nextInt(4)), directory, pools.load(directory)));
            plans += attempts.isEmpty() ? 0 : 1;
            for (Attempt attempt : attempts) {
                assertEquals(Site.Kind.EDGE, attempt.worker().site().kind(), "seed " + SEED + ", round " + round);
                assertTrue(attempt.permit().covers(constraints, attempt.worker()), "seed " + SEED);
            }
        }
        assertTrue(plans > ROUNDS / 10, "only " + plans + " of " + ROUNDS + " could be planned: nothing was shown");
    }

    @ParameterizedTest
    @MethodSource("names")
    void plansHoldNobodyTwiceAndOnlyWhoMayAndCan(String name) {
        Random random = new Random(SEED + 1);
        RandomPool pools = new RandomPool(random);
        RoutingPolicy policy = policy(name);
        int plans = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Directory directory = pools.directory();
            SetLoad load = pools.load(directory);
            RoutingContext context = pools.context(pools.constraints(), 1 + random.nextInt(4));
            RoutingDecision decision = policy.select(context, directory, load);
            List<String> planned = planned(decision);
            String at = "seed " + (SEED + 1) + ", round " + round + ": " + planned;
            plans += planned.isEmpty() ? 0 : 1;
            assertEquals(planned.size(), Set.copyOf(planned).size(), at);
            assertTrue(planned.size() <= context.maxAttempts(), at);
            for (Attempt attempt : attempts(decision)) {
                assertTrue(attempt.model().capabilities().containsAll(context.required()), at);
                assertTrue(load.available[attempt.worker().slot()], at);
                assertTrue(load.hasRoom(attempt.worker(), context.places()), at);
                assertTrue(attempt.permit().covers(context.constraints(), attempt.worker()), at);
                assertTrue(attempt.estimate().p95Seconds() >= attempt.estimate().seconds(), at);
                assertTrue(attempt.estimate().seconds() >= attempt.estimate().firstTokenSeconds(), at);
            }
        }
        assertTrue(plans > ROUNDS / 10, "only " + plans + " of " + ROUNDS + " could be planned: nothing was shown");
    }

    @ParameterizedTest
    @MethodSource("names")
    void aConstraintMoreNeverLetsAnybodyIn(String name) {
        Random random = new Random(SEED + 2);
        RandomPool pools = new RandomPool(random);
        RoutingPolicy policy = policy(name);
        int fewer = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Directory directory = pools.directory();
            SetLoad load = pools.load(directory);
            Constraints some = pools.constraints();
            Constraints more = some.meet(pools.constraints());
            RoutingContext context = pools.context(some, EVERYBODY);
            Set<String> before = Set.copyOf(planned(policy.select(context, directory, load)));
            Set<String> after = Set.copyOf(planned(policy.select(with(context, more), directory, load)));
            fewer += after.size() < before.size() ? 1 : 0;
            assertTrue(
                    before.containsAll(after),
                    "seed " + (SEED + 2) + ", round " + round + ": "
                            + after.stream()
                                    .filter(each -> !before.contains(each))
                                    .collect(Collectors.toSet()));
        }
        assertTrue(fewer > ROUNDS / 10, "only " + fewer + " of " + ROUNDS + " left fewer: nothing was shown");
    }

    private static RoutingContext with(RoutingContext context, Constraints constraints) {
        return new RoutingContext(
                context.operation(),
                context.tiers(),
                context.required(),
                context.places(),
                context.demand(),
                constraints,
                context.worth(),
                context.affinity(),
                context.maxAttempts(),
                context.nowNanos(),
                context.random());
    }
}
