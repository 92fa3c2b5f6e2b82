package dev.penstock.routing.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.routing.Accelerator;
import dev.penstock.routing.Capability;
import dev.penstock.routing.Directory;
import dev.penstock.routing.LoadView;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.NoCandidate;
import dev.penstock.routing.Operation;
import dev.penstock.routing.RoutePlan;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.RoutingDecision;
import dev.penstock.routing.ServedModel;
import dev.penstock.routing.Site;
import dev.penstock.routing.Worker;
import dev.penstock.routing.WorkerId;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TwoChoicesTest {
    private static final ModelId MODEL = new ModelId("org/model");
    private static final Set<Capability> CHAT = Set.of(Capability.CHAT);

    private final TwoChoices policy = new TwoChoices();

    private static Worker worker(int slot, int capacity, Capability... capabilities) {
        ServedModel model =
                new ServedModel(MODEL, "", 0, 0, "", EnumSet.copyOf(List.of(capabilities)), Optional.empty());
        return new Worker(
                new WorkerId("w" + slot),
                slot,
                URI.create("http://127.0.0.1:" + (10000 + slot)),
                Accelerator.CPU,
                Site.LOCAL,
                capacity,
                List.of(model));
    }

    private static Directory pool(int workers, int capacity) {
        List<Worker> all = new ArrayList<>();
        for (int slot = 0; slot < workers; slot++) {
            all.add(worker(slot, capacity, Capability.CHAT));
        }
        return Directory.of(all);
    }

    private static RoutingContext context(Set<Capability> required, int attempts, Random random) {
        return new RoutingContext(Operation.CHAT, MODEL, required, 1, attempts, random);
    }

    private int pick(Directory directory, LoadView load, Random random) {
        RoutingDecision decision = policy.select(context(CHAT, 1, random), directory, load);
        return assertInstanceOf(RoutePlan.class, decision)
                .attempts()
                .getFirst()
                .worker()
                .slot();
    }

    @Test
    void spreadsWorkEvenly() {
        long seed = 42;
        Random random = new Random(seed);
        SetLoad load = new SetLoad(100);
        Directory directory = pool(100, Integer.MAX_VALUE);
        for (int i = 0; i < 100_000; i++) {
            load.inFlight[pick(directory, load, random)]++;
        }
        // Two choices keep the fullest within log log n of the mean; plain random would be off by about 100.
        int fullest = Arrays.stream(load.inFlight).max().orElseThrow();
        int emptiest = Arrays.stream(load.inFlight).min().orElseThrow();
        assertTrue(fullest <= 1004 && emptiest >= 990, "seed " + seed + ": " + emptiest + " to " + fullest);
    }

    @Test
    void fillsByCapacity() {
        long seed = 7;
        Random random = new Random(seed);
        Directory directory = Directory.of(List.of(worker(0, 1000, Capability.CHAT), worker(1, 3000, Capability.CHAT)));
        SetLoad load = new SetLoad(2);
        for (int i = 0; i < 2000; i++) {
            load.inFlight[pick(directory, load, random)]++;
        }
        assertEquals(1500, load.inFlight[1], 2, "seed " + seed);
    }

    @Test
    void seesTheWorkOfOtherGateways() {
        Directory directory = pool(2, 100);
        SetLoad load = new SetLoad(2);
        load.foreign[0] = 10;
        Random random = new Random(1);
        for (int i = 0; i < 10; i++) {
            assertEquals(1, pick(directory, load, random));
            load.inFlight[1]++;
        }
        load.inFlight[1]++;
        assertEquals(0, pick(directory, load, random), "eleven of ours are more than ten of others");
    }

    @ParameterizedTest
    @CsvSource({
        "0,3,true",
        "0,4,false",
        "1,2,true",
        "1,3,false",
        "4,0,false",
        "0,2147483647,false",
        "2,2147483647,false"
    })
    void roomIsWhatOtherGatewaysLeave(int own, int foreign, boolean room) {
        SetLoad load = new SetLoad(1);
        load.inFlight[0] = own;
        load.foreign[0] = foreign;
        RoutingDecision decision = policy.select(context(CHAT, 1, new Random(1)), pool(1, 4), load);
        assertEquals(room, decision instanceof RoutePlan, decision.toString());
        assertEquals(!room, decision.equals(new NoCandidate.AllBusy(MODEL)), decision.toString());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void plansHoldEachEligibleWorkerAtMostOnce(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 2000; round++) {
            int workers = 1 + random.nextInt(8);
            Directory directory = pool(workers, 1 + random.nextInt(3));
            SetLoad load = new SetLoad(workers);
            int eligible = 0;
            for (int slot = 0; slot < workers; slot++) {
                load.available[slot] = random.nextInt(4) > 0;
                load.inFlight[slot] = random.nextInt(4);
                load.foreign[slot] = random.nextInt(2);
                boolean room =
                        load.reportedLoad(slot) < directory.workers().get(slot).capacity();
                eligible += load.available[slot] && room ? 1 : 0;
            }
            int attempts = 1 + random.nextInt(5);
            RoutingDecision decision = policy.select(context(CHAT, attempts, random), directory, load);
            if (decision instanceof RoutePlan plan) {
                List<Integer> slots = plan.attempts().stream()
                        .map(attempt -> attempt.worker().slot())
                        .toList();
                assertEquals(Math.min(attempts, eligible), slots.size(), "seed " + seed);
                assertEquals(slots.size(), slots.stream().distinct().count(), "seed " + seed);
                assertTrue(
                        slots.stream()
                                .allMatch(slot -> load.available[slot]
                                        && load.reportedLoad(slot)
                                                < directory.workers().get(slot).capacity()),
                        "seed " + seed);
            } else {
                assertEquals(0, eligible, "seed " + seed);
            }
        }
    }

    @Test
    void saysWhyThereIsNobody() {
        Random random = new Random(1);
        SetLoad load = new SetLoad(1);
        Directory directory = pool(1, 1);
        assertEquals(
                new NoCandidate.UnknownModel(MODEL), policy.select(context(CHAT, 1, random), Directory.EMPTY, load));
        assertEquals(
                new NoCandidate.MissingCapability(MODEL, Capability.TOOLS),
                policy.select(context(Set.of(Capability.CHAT, Capability.TOOLS), 1, random), directory, load));
        load.inFlight[0] = 1;
        assertEquals(new NoCandidate.AllBusy(MODEL), policy.select(context(CHAT, 1, random), directory, load));
        load.available[0] = false;
        assertEquals(new NoCandidate.NoLiveWorker(MODEL), policy.select(context(CHAT, 1, random), directory, load));
    }

    @Test
    void equalSeedsGiveEqualPlans() {
        Directory directory = pool(20, 10);
        SetLoad load = new SetLoad(20);
        List<Worker> once = workers(policy.select(context(CHAT, 5, new Random(99)), directory, load));
        assertEquals(once, workers(policy.select(context(CHAT, 5, new Random(99)), directory, load)));
    }

    private static List<Worker> workers(RoutingDecision decision) {
        return assertInstanceOf(RoutePlan.class, decision).attempts().stream()
                .map(RoutePlan.Attempt::worker)
                .toList();
    }
}
