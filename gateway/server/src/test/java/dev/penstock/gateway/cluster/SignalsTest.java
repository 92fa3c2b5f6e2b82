package dev.penstock.gateway.cluster;

import static dev.penstock.gateway.cluster.Pools.worker;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.gateway.cluster.Pools.Draft;
import dev.penstock.gateway.pipeline.Fleet.WorkerLease;
import dev.penstock.gateway.pipeline.Work;
import dev.penstock.routing.Accelerator;
import dev.penstock.routing.Affinity;
import dev.penstock.routing.Capability;
import dev.penstock.routing.Demand;
import dev.penstock.routing.Forecast;
import dev.penstock.routing.LoadView;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Outcome;
import dev.penstock.routing.Rates;
import dev.penstock.routing.ServedModel;
import dev.penstock.routing.Site;
import dev.penstock.routing.TokenUsage;
import dev.penstock.routing.Worker;
import dev.penstock.routing.WorkerId;
import dev.penstock.routing.limit.ProbeResult;
import dev.penstock.routing.prefix.PrefixHashes;
import io.vertx.core.Future;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What routing is told of a pool: tokens that are pending, how long workers take, what they have in their caches. */
class SignalsTest {
    private static final Demand DEMAND = new Demand(1_000, 200, 400, Demand.UNBOUNDED);
    private static final Affinity PROMPT =
            new Affinity(7, PrefixHashes.of(0, new byte[PrefixHashes.BLOCK_BYTES * 10], 0, 2_560), 64);

    private long nowNanos = 1_000_000_000L;
    private final PoolFleet fleet = new PoolFleet(
            new AnnouncementIntake(
                    Pools.SEAL,
                    new EndpointPins(
                            new EndpointRules(EndpointRules.PRIVATE_NETWORKS),
                            AddressResolver.SYSTEM,
                            Runnable::run,
                            () -> nowNanos),
                    Instant::now),
            (worker, path, timeout) -> Future.succeededFuture(ProbeResult.ALIVE),
            PoolRules.DEFAULT,
            () -> nowNanos,
            new SplittableRandom(20261128));
    private final LoadView load = fleet.load();
    private int counter;

    @BeforeEach
    void twoWorkers() {
        announce(Draft.of("w1", ++counter));
        announce(Draft.of("w2", ++counter));
    }

    private void announce(Draft draft) {
        fleet.accept(draft.id(), draft.sealed());
    }

    private int slot(String id) {
        return worker(fleet, id).slot();
    }

    private WorkerLease dispatch(String id, Affinity affinity) {
        Worker worker = worker(fleet, id);
        return fleet.dispatch(worker, new Work(worker.models().getFirst(), 1, DEMAND, affinity))
                .orElseThrow();
    }

    private Forecast forecast(String id) {
        Worker worker = worker(fleet, id);
        return load.forecasts().of(worker, worker.models().getFirst());
    }

    private static Outcome succeeded(double firstSeconds, double totalSeconds) {
        return new Outcome.Succeeded(
                Duration.ofMillis((long) (1000 * firstSeconds)),
                Duration.ofMillis((long) (1000 * totalSeconds)),
                new TokenUsage(1_000, 101, 0, false));
    }

    private void assertPending(String id, double prompt, double output) {
        assertEquals(prompt, load.pendingPromptTokens(slot(id)), id);
        assertEquals(output, load.pendingOutputTokens(slot(id)), id);
    }

    @Test
    void tokensCountFromTheDispatchToTheFirstAndToTheLast() {
        WorkerLease one = dispatch("w1", Affinity.NONE);
        WorkerLease other = dispatch("w1", Affinity.NONE);
        assertPending("w1", 2_000, 400);
        assertPending("w2", 0, 0);
        one.firstToken();
        one.firstToken();
        assertPending("w1", 1_000, 400);
        other.end(new Outcome.Cancelled(Duration.ZERO, java.util.Optional.empty()));
        other.firstToken();
        other.end(succeeded(1, 2));
        assertPending("w1", 0, 200);
        one.end(succeeded(1, 2));
        assertPending("w1", 0, 0);
        assertEquals(0, load.inFlight(slot("w1")));
    }

    @Test
    void whatAnAnswerTookIsLearned() {
        for (int i = 0; i < 100; i++) {
            nowNanos += 1_000_000_000L;
            WorkerLease lease = dispatch("w1", Affinity.NONE);
            lease.firstToken();
            lease.end(succeeded(0.5, 1.5));
        }
        assertEquals(0.5, forecast("w1").firstTokenSeconds(1_000), 0.05);
        assertEquals(0.01, forecast("w1").secondsPerToken(1), 0.001);
        assertTrue(forecast("w1").observations(nowNanos) > 40);
        assertEquals(0, forecast("w2").observations(nowNanos));
        WorkerLease whole = dispatch("w2", Affinity.NONE);
        whole.end(succeeded(3, 3)); // no first token was seen: it came whole
        assertEquals(1, forecast("w2").observations(nowNanos));
        dispatch("w2", Affinity.NONE).end(new Outcome.Ignored(400, Duration.ofSeconds(1)));
        assertEquals(1, forecast("w2").observations(nowNanos));
    }

    @Test
    void theLinkIsNoPartOfWhatAWorkerTakes() {
        fleet.linkMeasured(worker(fleet, "w1"), 200_000_000L);
        assertEquals(0.2, load.linkSeconds(slot("w1")), 1e-9);
        fleet.linkMeasured(worker(fleet, "w1"), 280_000_000L);
        assertEquals(0.21, load.linkSeconds(slot("w1")), 1e-9);
        fleet.linkMeasured(worker(fleet, "w1"), 130_000_000L);
        assertEquals(0.2, load.linkSeconds(slot("w1")), 1e-9);
        for (int i = 0; i < 100; i++) {
            WorkerLease lease = dispatch("w1", Affinity.NONE);
            lease.firstToken();
            lease.end(succeeded(0.5, 1.5));
        }
        assertEquals(0.3, forecast("w1").firstTokenSeconds(1_000), 0.03);
    }

    @Test
    void whoWasSentAPromptHasItUntilItStartsAnew() {
        int[] slots = new int[4];
        int[] blocks = new int[4];
        ServedModel model = worker(fleet, "w1").models().getFirst();
        assertEquals(0, load.cachedBlocks(model.id(), PROMPT, slots, blocks));
        WorkerLease first = dispatch("w1", PROMPT);
        assertPending("w1", 1_000, 200);
        assertEquals(1, load.cachedBlocks(model.id(), PROMPT, slots, blocks));
        assertEquals(slot("w1"), slots[0]);
        assertEquals(10, blocks[0]);
        first.end(succeeded(1, 2));
        WorkerLease again = dispatch("w1", PROMPT);
        assertPending("w1", 1_000 - 640, 200);
        again.end(succeeded(1, 2));
        announce(Draft.of("w1", ++counter).incarnation(2));
        assertEquals(0, load.cachedBlocks(model.id(), PROMPT, slots, blocks), Arrays.toString(slots));
    }

    private void fail(String id, Outcome.FailureClass failure) {
        dispatch(id, Affinity.NONE).end(new Outcome.Failed(failure, Duration.ofSeconds(3), Optional.empty()));
    }

    @Test
    void triesThatFailedAreCountedUntilAnotherRunBegins() {
        fail("w1", Outcome.FailureClass.SERVER_ERROR);
        fail("w1", Outcome.FailureClass.STALLED);
        assertEquals(0.5, forecast("w1").failureOdds(), 1e-9, "two failed, and a prior of four");
        assertEquals(3, forecast("w1").failureSeconds(), 1e-9);
        assertEquals(0, forecast("w1").observations(nowNanos));
        for (Outcome.FailureClass blameless : List.of(
                Outcome.FailureClass.CONNECT,
                Outcome.FailureClass.DEADLINE,
                Outcome.FailureClass.OVERLOADED,
                Outcome.FailureClass.DECLINED)) {
            fail("w2", blameless);
        }
        assertEquals(0, forecast("w2").failureOdds());
        for (int i = 0; i < 4; i++) {
            dispatch("w1", Affinity.NONE).end(succeeded(1, 2));
        }
        assertEquals(0.25, forecast("w1").failureOdds(), 1e-9);
        announce(Draft.of("w1", ++counter).incarnation(2));
        assertEquals(0, forecast("w1").failureOdds());
    }

    private StaticWorker ollama(Rates rates, EngineSignals signals) {
        ModelId name = new ModelId("m");
        return new StaticWorker(
                new WorkerId("ollama"),
                URI.create("http://127.0.0.1:11434"),
                Accelerator.GPU,
                Site.LOCAL,
                8,
                List.of(new ServedModel(name, "", 0, 0, "", Set.of(Capability.CHAT), Optional.empty(), rates)),
                new ProbePlan(Optional.of("/v1/models"), Duration.ofSeconds(1), Duration.ofSeconds(1)),
                signals);
    }

    private void pass(long seconds) {
        for (long i = 0; i < 10 * seconds; i++) {
            nowNanos += 100_000_000L;
            fleet.tick();
        }
    }

    @Test
    void aModelIsColdOnceItWasNotAskedForInAWhile() {
        fleet.replaceUpstreams(List.of(ollama(new Rates(0, 0, 0, 20, 300), EngineSignals.NONE)));
        assertEquals(20, forecast("ollama").loadSeconds(), "nothing was heard of it yet");
        WorkerLease streamed = dispatch("ollama", Affinity.NONE);
        streamed.firstToken();
        assertEquals(0, forecast("ollama").loadSeconds(), "it answers");
        streamed.end(succeeded(20, 21));
        pass(299);
        assertEquals(0, forecast("ollama").loadSeconds());
        pass(3);
        assertTrue(forecast("ollama").loadSeconds() > 10);
    }

    @Test
    void anEngineSaysWhichModelsAreLoaded() {
        Set<ModelId> loaded = new HashSet<>();
        EngineSignals signals = new EngineSignals() {
            @Override
            public Future<Optional<Reading>> read(Worker worker) {
                return Future.succeededFuture(Optional.empty());
            }

            @Override
            public Future<Optional<Set<ModelId>>> loaded(Worker worker) {
                return Future.succeededFuture(Optional.of(Set.copyOf(loaded)));
            }
        };
        fleet.replaceUpstreams(List.of(ollama(new Rates(0, 0, 0, 20, 0), signals)));
        assertEquals(20, forecast("ollama").loadSeconds());
        loaded.add(new ModelId("m"));
        pass(3);
        assertEquals(0, forecast("ollama").loadSeconds());
        loaded.clear();
        loaded.add(new ModelId("other"));
        pass(3);
        assertEquals(20, forecast("ollama").loadSeconds());
    }

    @Test
    void whatWorkersSayOfTheirQueuesAndCachesIsTold() {
        announce(Draft.of("w1", ++counter).load(3, 2));
        assertEquals(5, load.reportedLoad(slot("w1")));
        assertEquals(2, load.reportedQueue(slot("w1")));
        fleet.reported(
                worker(fleet, "w1"),
                "TEXT named_metrics.num_requests_running=4, named_metrics.num_requests_waiting=7, "
                        + "named_metrics.kv_cache_usage_perc=0.5");
        assertEquals(11, load.reportedLoad(slot("w1")));
        assertEquals(7, load.reportedQueue(slot("w1")));
        assertEquals(0.5, load.reportedCacheUse(slot("w1")));
        assertEquals(0, load.reportedQueue(slot("w2")));
    }
}
