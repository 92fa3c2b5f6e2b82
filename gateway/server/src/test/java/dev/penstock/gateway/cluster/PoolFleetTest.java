package dev.penstock.gateway.cluster;

import static dev.penstock.gateway.cluster.Pools.available;
import static dev.penstock.gateway.cluster.Pools.find;
import static dev.penstock.gateway.cluster.Pools.worker;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.penstock.gateway.cluster.Pools.Draft;
import dev.penstock.gateway.pipeline.Fleet.WorkerLease;
import dev.penstock.gateway.pipeline.Work;
import dev.penstock.routing.Accelerator;
import dev.penstock.routing.Capability;
import dev.penstock.routing.Directory;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Operation;
import dev.penstock.routing.Outcome;
import dev.penstock.routing.Outcome.FailureClass;
import dev.penstock.routing.Price;
import dev.penstock.routing.RoutePlan;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.ServedModel;
import dev.penstock.routing.Site;
import dev.penstock.routing.TokenUsage;
import dev.penstock.routing.Worker;
import dev.penstock.routing.WorkerId;
import dev.penstock.routing.limit.ProbeResult;
import dev.penstock.routing.policy.TwoChoices;
import dev.penstock.routing.price.PriceTable;
import dev.penstock.routing.price.PriceTable.Pattern;
import io.vertx.core.Future;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** The fleet on a clock of the test's own, with probes that answer as the test says. */
class PoolFleetTest {
    private static final Outcome SUCCEEDED =
            new Outcome.Succeeded(Duration.ofMillis(5), Duration.ofMillis(50), TokenUsage.NONE);

    private final Map<WorkerId, ProbeResult> answers = new HashMap<>();
    private final Map<WorkerId, Integer> probes = new HashMap<>();
    private final Map<String, List<InetAddress>> names = new HashMap<>();
    private final List<String> room = new ArrayList<>();
    private long nowNanos = 1_000_000_000L;
    private final PoolFleet fleet = fleet();

    private PoolFleet fleet() {
        AddressResolver resolver = host -> {
            List<InetAddress> addresses = names.get(host);
            if (addresses == null) {
                throw new UnknownHostException(host);
            }
            return addresses;
        };
        EndpointPins pins = new EndpointPins(
                new EndpointRules(EndpointRules.PRIVATE_NETWORKS), resolver, Runnable::run, () -> nowNanos);
        AnnouncementIntake intake = new AnnouncementIntake(Pools.SEAL, pins, Instant::now);
        PoolFleet created = new PoolFleet(
                intake,
                (worker, path, timeout) -> {
                    probes.merge(worker.id(), 1, Integer::sum);
                    return Future.succeededFuture(answers.getOrDefault(worker.id(), ProbeResult.ALIVE));
                },
                PoolRules.DEFAULT,
                () -> nowNanos,
                new SplittableRandom(20261120));
        created.onRoom(() -> room.add("room"));
        return created;
    }

    /** As an event of the cluster does. */
    private void announce(Draft draft) {
        fleet.clusterHeard();
        fleet.accept(draft.id(), draft.sealed());
    }

    private void answer(String id, ProbeResult result) {
        answers.put(new WorkerId(id), result);
    }

    /** Lets time go by in ticks. */
    private void pass(Duration time) {
        long end = nowNanos + time.toNanos();
        while (nowNanos < end) {
            nowNanos += 100_000_000L;
            fleet.tick();
        }
    }

    /** Lets time go by while a worker announces itself twice a second; returns its last counter. */
    private long passAnnouncing(Draft draft, Duration time) {
        long counter = draft.counter();
        for (long elapsed = 0; elapsed < time.toMillis(); elapsed += 500) {
            announce(draft.counter(++counter));
            pass(Duration.ofMillis(500));
        }
        return counter;
    }

    private WorkerLease dispatch(Worker worker) {
        return fleet.dispatch(worker, Work.of(worker.models().getFirst(), 1)).orElseThrow();
    }

    private Outcome failed(FailureClass failure) {
        return new Outcome.Failed(failure, Duration.ofMillis(5), Optional.empty());
    }

    @Test
    void aNewWorkerIsListedWithWhatItSaysAndProbedAtOnce() {
        announce(Draft.of("w1", 1).models("tiny", "meta-llama/Llama-3.1-8B").load(2, 3));

        Worker worker = worker(fleet, "w1");
        assertEquals(4, worker.capacity());
        assertEquals(Accelerator.CPU, worker.accelerator());
        assertEquals(Site.LOCAL, worker.site());
        ServedModel model = worker.model(new ModelId("tiny")).orElseThrow();
        assertEquals(Set.of(Capability.CHAT), model.capabilities(), "an unknown capability is passed over");
        assertTrue(available(fleet, "w1"));
        assertEquals(5, fleet.load().reportedLoad(worker.slot()));
        assertEquals(List.of("room"), room);
    }

    @Test
    void oneThatDoesNotAnswerIsListedButSentNothing() {
        answer("w1", ProbeResult.BROKEN);
        announce(Draft.of("w1", 1));

        assertTrue(find(fleet, "w1").isPresent());
        assertFalse(available(fleet, "w1"));
        answer("w1", ProbeResult.ALIVE);
        pass(Duration.ofMillis(700));
        assertTrue(available(fleet, "w1"));
        assertEquals(List.of("room"), room);
    }

    @Test
    void theDirectoryIsTheSameObjectUntilSomethingChanges() {
        announce(Draft.of("w1", 1));
        Directory before = fleet.directory();
        announce(Draft.of("w1", 2).load(7, 0));
        pass(Duration.ofSeconds(1));
        assertSame(before, fleet.directory());
        announce(Draft.of("w1", 3).models("tiny", "another"));
        assertEquals(2, worker(fleet, "w1").models().size());
        assertEquals(before.workers().getFirst().slot(), worker(fleet, "w1").slot());
    }

    @Test
    void aDeadWorkerIsGoneWithinTwoSecondsAndItsModelStaysKnown() {
        long counter = passAnnouncing(Draft.of("w1", 1), Duration.ofSeconds(3));
        answer("w1", ProbeResult.BROKEN);
        long died = nowNanos;
        while (available(fleet, "w1")) {
            pass(Duration.ofMillis(100));
        }
        assertTrue(nowNanos - died <= 2_000_000_000L, "after " + (nowNanos - died) / 1_000_000 + " ms");
        assertTrue(find(fleet, "w1").isPresent(), "a model without a live worker is not an unknown model");
        pass(Duration.ofMinutes(11));
        assertTrue(find(fleet, "w1").isEmpty());
        assertTrue(counter > 1);
    }

    @Test
    void aWorkerThatHangsIsGoneWithinTwoSeconds() {
        passAnnouncing(Draft.of("w1", 1), Duration.ofSeconds(3));
        answer("w1", ProbeResult.TIMED_OUT);
        long hung = nowNanos;
        while (available(fleet, "w1")) {
            pass(Duration.ofMillis(100));
        }
        assertTrue(nowNanos - hung <= 2_000_000_000L, "after " + (nowNanos - hung) / 1_000_000 + " ms");
    }

    @Test
    void aWorkerThatFellSilentIsWaitedForForAWhileOneThatIsNotThereIsNot() {
        passAnnouncing(Draft.of("w1", 1), Duration.ofSeconds(3));
        int slot = worker(fleet, "w1").slot();
        assertFalse(fleet.load().fellSilent(slot));
        answer("w1", ProbeResult.TIMED_OUT);
        while (available(fleet, "w1")) {
            pass(Duration.ofMillis(100));
        }
        pass(Duration.ofMillis(200));
        assertTrue(fleet.load().fellSilent(slot));
        answer("w1", ProbeResult.BROKEN);
        pass(Duration.ofSeconds(3));
        assertFalse(fleet.load().fellSilent(slot), "a refused connection is no silence");
        answer("w1", ProbeResult.ALIVE);
        pass(Duration.ofSeconds(3));
        answer("w1", ProbeResult.TIMED_OUT);
        AtomicInteger told = new AtomicInteger();
        fleet.onRoom(told::incrementAndGet);
        pass(Duration.ofSeconds(15));
        assertFalse(available(fleet, "w1"));
        assertFalse(fleet.load().fellSilent(slot), "for so long nobody waits");
        assertTrue(told.get() > 0, "whoever waits looks again");
    }

    @Test
    void aWorkerThatIsOnlySlowIsKept() {
        passAnnouncing(Draft.of("w1", 1), Duration.ofSeconds(2));
        answer("w1", ProbeResult.TIMED_OUT);
        passAnnouncing(Draft.of("w1", 100), Duration.ofSeconds(3));
        assertTrue(available(fleet, "w1"), "its heartbeats come");
        passAnnouncing(Draft.of("w1", 200), Duration.ofSeconds(10));
        assertFalse(available(fleet, "w1"), "but it is out of our reach");
    }

    @Test
    void withoutHeartbeatsProbesAloneKeepAWorker() {
        announce(Draft.of("w1", 1).load(3, 3));
        int slot = worker(fleet, "w1").slot();
        pass(Duration.ofMinutes(1));
        assertTrue(available(fleet, "w1"));
        assertEquals(0, fleet.load().reportedLoad(slot), "a load that old says nothing");
    }

    /** Probes of announced workers, that far apart. */
    private void probeEvery(Duration interval) {
        ProbePlan plan = new ProbePlan(ProbePlan.ANNOUNCED.path(), interval, Duration.ofMillis(700));
        PoolRules rules = PoolRules.DEFAULT;
        fleet.replaceRules(new PoolRules(rules.lease(), rules.retention(), plan, rules.accrual()));
    }

    @Test
    void probesThatAreFarApartKeepAWorkerToo() {
        probeEvery(Duration.ofSeconds(5));
        announce(Draft.of("w1", 1));
        pass(Duration.ofMillis(400));
        announce(Draft.of("w2", 1));
        long lost = nowNanos;
        while (nowNanos - lost < Duration.ofMinutes(1).toNanos()) {
            pass(Duration.ofMillis(100));
            assertTrue(
                    available(fleet, "w1") && available(fleet, "w2"),
                    "out " + (nowNanos - lost) / 1_000_000 + " ms after the cluster was lost");
        }
        answer("w1", ProbeResult.TIMED_OUT);
        pass(Duration.ofSeconds(12));
        assertFalse(available(fleet, "w1"), "neither heartbeats nor probes");
    }

    @Test
    void aWorkerOfThisProcessSaysNothingOfTheCluster() {
        probeEvery(Duration.ofSeconds(5));
        announce(Draft.of("w1", 1));
        for (long counter = 1; counter < 60; counter++) {
            fleet.accept("own", Draft.of("own", counter).sealed());
            pass(Duration.ofMillis(500));
            assertTrue(available(fleet, "w1"), "its probes must do, the cluster is lost");
        }
    }

    @Test
    void whereHeartbeatsOfOthersComeAWorkersLeaseCountsHoweverFarApartItsProbesAre() {
        probeEvery(Duration.ofSeconds(5));
        announce(Draft.of("w1", 1));
        answer("w1", ProbeResult.TIMED_OUT);
        passAnnouncing(Draft.of("w2", 1), Duration.ofSeconds(2));
        assertFalse(available(fleet, "w1"));
        assertTrue(available(fleet, "w2"));
    }

    @Test
    void oneBadProbeDoesNotPutAnUpstreamOutForAWholeInterval() {
        fleet.replaceUpstreams(List.of(upstream("vllm", probed())));
        pass(Duration.ofSeconds(3)); // a newcomer is asked twice in a short time
        assertEquals(Map.of(new WorkerId("vllm"), 2), probes);
        answer("vllm", ProbeResult.BROKEN);
        while (available(fleet, "vllm")) {
            pass(Duration.ofMillis(100));
        }
        answer("vllm", ProbeResult.ALIVE);
        pass(Duration.ofMillis(600));
        assertTrue(available(fleet, "vllm"));
        assertEquals(Map.of(new WorkerId("vllm"), 4), probes);
    }

    @Test
    void aGatewayThatStoodStillBlamesNobody() {
        announce(Draft.of("w1", 1));
        pass(Duration.ofMillis(200));
        nowNanos += Duration.ofSeconds(30).toNanos();
        fleet.tick();
        assertTrue(available(fleet, "w1"));
    }

    @Test
    void aLostRemovalEventIsFoundByReconcilingAndAStrangersRemovalIsNotBelieved() {
        announce(Draft.of("w1", 1));
        announce(Draft.of("w2", 1));
        fleet.withdrawn("w1");
        fleet.reconcile(Set.of("w2"));
        assertTrue(available(fleet, "w1"), "it never said it would leave");

        announce(Draft.of("w1", 2).draining(true));
        assertFalse(available(fleet, "w1"));
        fleet.reconcile(Set.of("w1", "w2"));
        assertTrue(find(fleet, "w1").isPresent(), "it drains");
        fleet.reconcile(Set.of("w2"));
        assertTrue(find(fleet, "w1").isEmpty());
        assertTrue(available(fleet, "w2"));
    }

    @Test
    void lostEventsAreMadeUpForByTheNextHeartbeatOrReading() {
        announce(Draft.of("w1", 1));
        announce(Draft.of("w1", 9).models("other"));
        announce(Draft.of("w1", 5).models("stale"));
        assertEquals(
                new ModelId("other"), worker(fleet, "w1").models().getFirst().id());
        assertEquals(1, fleet.refused(RefusalReason.REPLAYED));
        announce(Draft.of("w1", 9).models("other"));
        assertEquals(1, fleet.refused(RefusalReason.REPLAYED), "reading a record again is no replay");
    }

    @Test
    void aRecordReadAgainDoesNotRenewALease() {
        Draft record = Draft.of("w1", 1);
        announce(record);
        answer("w1", ProbeResult.TIMED_OUT);
        for (int i = 0; i < 8; i++) {
            announce(record);
            pass(Duration.ofMillis(250));
        }
        assertFalse(available(fleet, "w1"));
    }

    @Test
    void aWorkerThatIsShutOutIsNamedOnceWithWhatMayBeTheCause() {
        Logger log = (Logger) LoggerFactory.getLogger(RefusalCounts.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        log.addAppender(lines);
        try {
            for (long counter = 1; counter <= 10; counter++) {
                announce(Draft.of("w1", counter).incarnation(2));
                announce(Draft.of("w1", counter).incarnation(1));
                pass(Duration.ofMillis(500));
            }
        } finally {
            log.detachAppender(lines);
        }
        assertEquals(10, fleet.refused(RefusalReason.REPLAYED));
        List<String> warnings = lines.list.stream()
                .filter(line -> line.getLevel() == Level.WARN)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
        assertEquals(1, warnings.size(), warnings.toString());
        String warning = warnings.getFirst();
        assertTrue(warning.startsWith("worker w1 is shut out"), warning);
        assertTrue(warning.contains("two workers announce themselves as w1") && warning.contains("clock"), warning);
    }

    @Test
    void recordsThatComeLateNowAndThenAreNoWorkerShutOut() {
        ReplayWatch watch = new ReplayWatch();
        long lease = PoolRules.DEFAULT.lease().toNanos();
        for (int i = 0; i < 100; i++) {
            assertFalse(watch.refused("w1", i * (lease + 1), lease));
            assertFalse(watch.refused("w1", i * (lease + 1), lease));
        }
        assertFalse(watch.refused("w2", 0, lease));
        assertFalse(watch.refused("w2", lease, lease), "as long as a lease");
        assertTrue(watch.refused("w2", lease + 1, lease), "longer");
        assertFalse(watch.refused("w2", lease + 2, lease), "said before");
    }

    @Test
    void replaysOutliveTheWorker() {
        announce(Draft.of("w1", 1));
        announce(Draft.of("w1", 2).draining(true));
        fleet.withdrawn("w1");
        announce(Draft.of("w1", 1));
        assertTrue(find(fleet, "w1").isEmpty());
        assertEquals(1, fleet.refused(RefusalReason.REPLAYED));
        announce(Draft.of("w1", 1).incarnation(2));
        assertTrue(available(fleet, "w1"), "a new run of it is welcome");
    }

    @Test
    void aRecordingFromLongAgoIntroducesNobody() {
        announce(Draft.of("w1", 1).sentAt(Instant.now().minus(Duration.ofDays(3))));
        assertTrue(find(fleet, "w1").isEmpty());
        assertEquals(1, fleet.refused(RefusalReason.OUTDATED));
    }

    @Test
    void aRestartedWorkerStartsAfresh() {
        announce(Draft.of("w1", 1));
        int slot = worker(fleet, "w1").slot();
        dispatch(worker(fleet, "w1")).end(failed(FailureClass.CONNECT));
        answer("w1", ProbeResult.BROKEN);
        pass(Duration.ofSeconds(1));
        assertFalse(available(fleet, "w1"));
        answer("w1", ProbeResult.ALIVE);
        announce(Draft.of("w1", 1).incarnation(2).endpoint("http://127.0.0.1:9"));
        assertTrue(available(fleet, "w1"));
        assertEquals(slot, worker(fleet, "w1").slot());
        assertEquals(URI.create("http://127.0.0.1:9"), worker(fleet, "w1").endpoint());
    }

    @Test
    void anotherNameAtTheSameAddressReplacesOneThatIsSilent() {
        announce(Draft.of("old", 1).endpoint("http://127.0.0.1:9"));
        announce(Draft.of("rival", 1).endpoint("http://127.0.0.1:9"));
        assertTrue(find(fleet, "old").isPresent(), "both announce: not for us to judge");
        pass(Duration.ofSeconds(3));
        announce(Draft.of("new", 1).endpoint("http://127.0.0.1:9"));
        assertTrue(find(fleet, "old").isEmpty());
        assertTrue(available(fleet, "new"));
    }

    @ParameterizedTest
    @EnumSource(names = {"CONNECT", "RESET"})
    void aBrokenConnectionEjectsAtOnceAndAProbeThatSucceedsRevives(FailureClass failure) {
        announce(Draft.of("w1", 1));
        answer("w1", ProbeResult.BROKEN);
        dispatch(worker(fleet, "w1")).end(failed(failure));
        assertFalse(available(fleet, "w1"));
        answer("w1", ProbeResult.ALIVE);
        dispatch(worker(fleet, "w1")).end(failed(failure));
        assertTrue(available(fleet, "w1"), "it was probed there and then");
    }

    @Test
    void busyIsNotSick() {
        announce(Draft.of("w1", 1));
        announce(Draft.of("w2", 1));
        for (int i = 0; i < 50; i++) {
            dispatch(worker(fleet, "w1")).end(failed(FailureClass.OVERLOADED));
        }
        assertTrue(available(fleet, "w1"));
    }

    @Test
    void oneThatKeepsFailingIsEjectedAndTriedAgainWithOneRequest() {
        announce(Draft.of("w1", 1));
        announce(Draft.of("w2", 1));
        for (int i = 0; i < 5; i++) {
            dispatch(worker(fleet, "w1")).end(failed(FailureClass.SERVER_ERROR));
        }
        assertFalse(available(fleet, "w1"));
        passAnnouncing(Draft.of("w1", 1), Duration.ofSeconds(6));
        assertTrue(available(fleet, "w1"), "on trial");
        WorkerLease trial = dispatch(worker(fleet, "w1"));
        assertFalse(available(fleet, "w1"), "one at a time");
        trial.end(SUCCEEDED);
        assertTrue(available(fleet, "w1"));
    }

    @Test
    void theEndOfAnOlderRequestIsNotThatOfTheTrial() {
        announce(Draft.of("w1", 1));
        announce(Draft.of("w2", 1));
        WorkerLease older = dispatch(worker(fleet, "w1"));
        for (int i = 0; i < 5; i++) {
            dispatch(worker(fleet, "w1")).end(failed(FailureClass.SERVER_ERROR));
        }
        passAnnouncing(Draft.of("w1", 1), Duration.ofSeconds(6));
        WorkerLease trial = dispatch(worker(fleet, "w1"));
        older.end(new Outcome.Cancelled(Duration.ofSeconds(6), Optional.empty()));
        assertFalse(available(fleet, "w1"), "the trial still runs");
        trial.end(new Outcome.Ignored(400, Duration.ofMillis(5)));
        assertTrue(available(fleet, "w1"), "that trial said nothing: another may");
        dispatch(worker(fleet, "w1")).end(SUCCEEDED);
        assertTrue(available(fleet, "w1"));
    }

    @Test
    void theLastOneThatServesAModelIsNeverEjected() {
        announce(Draft.of("w1", 1).models("rare"));
        announce(Draft.of("w2", 1));
        announce(Draft.of("w3", 1));
        for (int i = 0; i < 20; i++) {
            for (String id : List.of("w1", "w2", "w3")) {
                dispatch(worker(fleet, id)).end(failed(FailureClass.SERVER_ERROR));
            }
        }
        assertTrue(available(fleet, "w1"), "nobody else serves its model");
        assertNotEquals(available(fleet, "w2"), available(fleet, "w3"), "of two, one is kept");
    }

    @Test
    void requestsAreCountedFromDispatchToTheFirstEnd() {
        announce(Draft.of("w1", 1));
        Worker worker = worker(fleet, "w1");
        room.clear();
        WorkerLease first = dispatch(worker);
        dispatch(worker);
        assertEquals(2, fleet.load().inFlight(worker.slot()));
        first.end(SUCCEEDED);
        first.end(SUCCEEDED);
        assertEquals(1, fleet.load().inFlight(worker.slot()));
        assertEquals(1, room.size());
    }

    /** Whether the policy finds room for a request to {@code tiny}. */
    private boolean room() {
        RoutingContext context = new RoutingContext(
                Operation.CHAT, new ModelId("tiny"), Set.of(Capability.CHAT), 1, 1, new SplittableRandom(1));
        return new TwoChoices().select(context, fleet.directory(), fleet.load()) instanceof RoutePlan;
    }

    @Test
    void otherGatewaysTakeRoomAndThatTheyTakeLessWakesWhoWaits() {
        announce(Draft.of("w1", 1).load(2, 1));
        dispatch(worker(fleet, "w1"));
        assertFalse(room(), "three of others and one of ours are the four it takes");
        room.clear();
        announce(Draft.of("w1", 2).load(4, 0));
        assertFalse(room());
        assertEquals(List.of(), room, "nothing has changed");
        announce(Draft.of("w1", 3).load(3, 0));
        assertTrue(room());
        assertEquals(List.of("room"), room);
        pass(Duration.ofSeconds(5));
        assertEquals(0, fleet.load().foreignLoad(worker(fleet, "w1").slot()), "a load that old says nothing");
    }

    @Test
    void aGatewayThatKeepsAWorkerFullKeepsNobodyFromGettingIn() {
        announce(Draft.of("w1", 1).load(9, 0));
        assertTrue(room(), "one of ours, whatever others have there");
        WorkerLease only = dispatch(worker(fleet, "w1"));
        assertFalse(room(), "and no second");
        only.end(failed(FailureClass.OVERLOADED));
        assertFalse(room(), "it has said that it is full");
    }

    @Test
    void moreCapacityIsRoom() {
        announce(Draft.of("w1", 1).load(4, 0));
        dispatch(worker(fleet, "w1"));
        assertFalse(room());
        room.clear();
        announce(Draft.of("w1", 2).load(4, 0).capacity(6));
        assertTrue(room());
        assertEquals(List.of("room"), room);
    }

    /** Reports come up to 400 ms late, and still count requests that ended up to 100 ms before. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void aGatewayAloneHasItsWorkersToItself(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        announce(Draft.of("w1", 1));
        Worker worker = worker(fleet, "w1");
        List<WorkerLease> leases = new ArrayList<>();
        List<Integer> inFlight = new ArrayList<>();
        long counter = 1;
        int nextReport = 50;
        for (int step = 0; step < 6_000; step++) {
            nowNanos += 10_000_000L;
            boolean busy = step / 100 % 2 == 0;
            if (busy && room()) {
                leases.add(dispatch(worker));
            }
            if (!leases.isEmpty() && random.nextInt(busy ? 20 : 3) == 0) {
                leases.remove(random.nextInt(leases.size())).end(SUCCEEDED);
            }
            inFlight.add(leases.size());
            if (step == nextReport) {
                int until = step - random.nextInt(41);
                int load = inFlight.subList(Math.max(0, until - 10), until + 1).stream()
                        .mapToInt(Integer::intValue)
                        .max()
                        .orElseThrow();
                announce(Draft.of("w1", ++counter).load(load, 0));
                nextReport += 45 + random.nextInt(11);
            }
            assertEquals(0, fleet.load().foreignLoad(worker.slot()), "step " + step + ", seed " + seed);
            assertEquals(leases.size() < worker.capacity(), room(), "step " + step + ", seed " + seed);
        }
        assertTrue(counter > 100);
    }

    @Test
    void aWorkerThatSaysItIsFullIsSentNothingUntilItReports() {
        announce(Draft.of("w1", 1));
        dispatch(worker(fleet, "w1")).end(failed(FailureClass.OVERLOADED));
        assertFalse(room(), "or a request that is queued again would be back there at once");
        assertTrue(available(fleet, "w1"), "full, not sick");
        room.clear();
        announce(Draft.of("w1", 2));
        assertTrue(room());
        assertEquals(List.of("room"), room);
    }

    @Test
    void aWorkerThatSaysItIsFullAndDoesNotReportIsTriedAgainAfterASecond() {
        announce(Draft.of("w1", 1).load(1, 0));
        dispatch(worker(fleet, "w1")).end(failed(FailureClass.OVERLOADED));
        room.clear();
        pass(Duration.ofSeconds(1));
        assertFalse(room());
        assertEquals(List.of(), room);
        pass(Duration.ofMillis(100));
        assertTrue(room());
        assertEquals(List.of("room"), room);
        assertEquals(1, fleet.load().foreignLoad(worker(fleet, "w1").slot()), "as it last reported");
    }

    @Test
    void anUpstreamThatNeverReportsIsFullForASecondToo() {
        fleet.replaceUpstreams(List.of(upstream("cloud", ProbePlan.NONE)));
        pass(Duration.ofMinutes(5));
        Worker cloud = worker(fleet, "cloud");
        dispatch(cloud).end(failed(FailureClass.OVERLOADED));
        pass(Duration.ofSeconds(1));
        assertEquals(cloud.capacity(), fleet.load().foreignLoad(cloud.slot()));
        pass(Duration.ofMillis(100));
        assertEquals(0, fleet.load().foreignLoad(cloud.slot()));
    }

    @Test
    void onlyAGatewayThatHasJustJoinedMayNotKnowEverybodyYet() {
        assertFalse(fleet.settling(), "without a cluster nobody is to come");
        fleet.joined();
        assertTrue(fleet.settling());
        announce(Draft.of("w1", 1));
        pass(Duration.ofMillis(4900));
        assertTrue(fleet.settling(), "one worker is back, others may not be");
        pass(Duration.ofMillis(100));
        assertFalse(fleet.settling());
        fleet.joined();
        assertTrue(fleet.settling(), "again");
    }

    @Test
    void aDrainingWorkerKeepsItsRequestsAndItsSlotUntilTheyEnd() {
        announce(Draft.of("w1", 1));
        Worker worker = worker(fleet, "w1");
        WorkerLease lease = dispatch(worker);
        announce(Draft.of("w1", 2).draining(true));
        assertFalse(available(fleet, "w1"));
        fleet.withdrawn("w1");
        assertTrue(find(fleet, "w1").isEmpty());
        assertEquals(1, fleet.load().inFlight(worker.slot()));

        announce(Draft.of("w1", 1).incarnation(2));
        assertNotEquals(worker.slot(), worker(fleet, "w1").slot(), "its old slot still counts");
        lease.end(SUCCEEDED);
        assertEquals(0, fleet.load().inFlight(worker.slot()));
    }

    @Test
    void whoReadAnOldDirectoryCountsInNobodyElsesSlot() {
        announce(Draft.of("w1", 1));
        Worker gone = worker(fleet, "w1");
        announce(Draft.of("w1", 2).draining(true));
        fleet.withdrawn("w1");
        assertEquals(
                Optional.empty(),
                fleet.dispatch(gone, Work.of(gone.models().getFirst(), 1)),
                "it must be sent nothing");
        assertEquals(0, fleet.load().inFlight(gone.slot()));
    }

    @Test
    void slotsAreStableUnderChurn() {
        long seed = 20261120;
        SplittableRandom random = new SplittableRandom(seed);
        Map<String, Integer> slots = new HashMap<>();
        Map<String, Long> counters = new HashMap<>();
        for (int step = 0; step < 3_000; step++) {
            String id = "w" + random.nextInt(40);
            long counter = counters.merge(id, 1L, Long::sum);
            boolean leaves = slots.containsKey(id) && random.nextInt(3) == 0;
            announce(Draft.of(id, counter).draining(leaves));
            if (leaves) {
                fleet.withdrawn(id);
                slots.remove(id);
            } else {
                int slot = worker(fleet, id).slot();
                Integer before = slots.put(id, slot);
                assertTrue(before == null || before == slot, "step " + step + ", seed " + seed);
            }
            assertEquals(new TreeSet<>(slots.values()).size(), slots.size(), "step " + step + ", seed " + seed);
            assertEquals(slots.size(), fleet.directory().workers().size(), "step " + step + ", seed " + seed);
        }
    }

    @Test
    void pricesHoldFromTheMomentTheyAreReplacedForWhoDeclaresNone() {
        fleet.replaceUpstreams(List.of(upstream("cloud", ProbePlan.NONE)));
        Worker unpriced = worker(fleet, "cloud");
        assertEquals(Optional.empty(), unpriced.models().getFirst().price());
        PriceTable.Entry entry = new PriceTable.Entry(
                Pattern.ANY, new Pattern("cl*"), Pattern.ANY, LocalDate.EPOCH, new Price(1, 2), false);
        fleet.replacePrices(new PriceTable(List.of(entry)));
        assertEquals(
                Optional.of(new Price(1, 2)),
                worker(fleet, "cloud").models().getFirst().price());
        dispatch(unpriced).end(new Outcome.Ignored(400, Duration.ZERO)); // a plan of a moment ago still holds
        pass(Duration.ofSeconds(1));
        assertEquals(
                Optional.of(new Price(1, 2)),
                worker(fleet, "cloud").models().getFirst().price());
        fleet.replacePrices(PriceTable.EMPTY);
        assertEquals(
                Optional.empty(), worker(fleet, "cloud").models().getFirst().price());
    }

    @Test
    void upstreamsAreWorkersToo() {
        fleet.replaceUpstreams(List.of(upstream("cloud", ProbePlan.NONE), upstream("vllm", probed())));
        assertTrue(available(fleet, "cloud"), "judged by traffic alone");
        assertTrue(available(fleet, "vllm"));
        assertEquals(Map.of(new WorkerId("vllm"), 1), probes);

        announce(Draft.of("cloud", 1).endpoint("http://127.0.0.1:9"));
        assertEquals(1, fleet.refused(RefusalReason.NAME_TAKEN), "its credential would have gone there");
        assertEquals("cloud.example", worker(fleet, "cloud").endpoint().getHost());

        int slot = worker(fleet, "vllm").slot();
        fleet.replaceUpstreams(List.of(upstream("vllm", probed())));
        assertTrue(find(fleet, "cloud").isEmpty());
        assertEquals(slot, worker(fleet, "vllm").slot());
        pass(Duration.ofMinutes(20));
        assertTrue(available(fleet, "vllm"), "an upstream has no lease");
    }

    @Test
    void howOftenAnUpstreamIsAskedMayChangeWhileItServesButNotWhere() {
        fleet.replaceUpstreams(List.of(upstream("vllm", probed())));
        pass(Duration.ofSeconds(3)); // a newcomer is asked twice in a short time
        fleet.replaceUpstreams(List.of(
                upstream("vllm", new ProbePlan(probed().path(), Duration.ofSeconds(30), Duration.ofSeconds(1)))));
        assertTrue(available(fleet, "vllm"), "what was learned of it holds");
        pass(Duration.ofSeconds(37));
        assertEquals(Map.of(new WorkerId("vllm"), 3), probes, "as a newcomer, soon again, and after the new interval");

        answer("vllm", ProbeResult.BROKEN);
        ProbePlan elsewhere = new ProbePlan(Optional.of("/ready"), Duration.ofSeconds(30), Duration.ofSeconds(1));
        fleet.replaceUpstreams(List.of(upstream("vllm", elsewhere)));
        assertFalse(available(fleet, "vllm"), "to be proven anew");
    }

    @Test
    void anUnprobedUpstreamIsTriedAgainAfterAWhile() {
        fleet.replaceUpstreams(List.of(upstream("cloud", ProbePlan.NONE)));
        dispatch(worker(fleet, "cloud")).end(failed(FailureClass.CONNECT));
        assertFalse(available(fleet, "cloud"));
        pass(Duration.ofSeconds(6));
        assertTrue(available(fleet, "cloud"));
    }

    @Test
    void anEnginesOwnSignalsAreItsReportedLoad() {
        EngineSignals signals = worker -> Future.succeededFuture(Optional.of(new EngineSignals.Reading(5, 6)));
        StaticWorker upstream = new StaticWorker(
                new WorkerId("vllm"),
                URI.create("http://127.0.0.1:8000"),
                Accelerator.GPU,
                Site.LOCAL,
                8,
                List.of(),
                probed(),
                signals);
        fleet.replaceUpstreams(List.of(upstream));
        assertEquals(11, fleet.load().reportedLoad(worker(fleet, "vllm").slot()));
    }

    @Test
    void roomThatAnEngineTellsOfWakesWhoWaits() {
        int[] running = {8};
        EngineSignals signals = worker -> Future.succeededFuture(Optional.of(new EngineSignals.Reading(running[0], 0)));
        fleet.replaceUpstreams(List.of(new StaticWorker(
                new WorkerId("vllm"),
                URI.create("http://127.0.0.1:8000"),
                Accelerator.GPU,
                Site.LOCAL,
                8,
                List.of(),
                probed(),
                signals)));
        assertEquals(8, fleet.load().foreignLoad(worker(fleet, "vllm").slot()));
        room.clear();
        running[0] = 3;
        pass(Duration.ofSeconds(11));
        assertEquals(3, fleet.load().foreignLoad(worker(fleet, "vllm").slot()));
        assertEquals(List.of("room"), room);
    }

    private void announceFrom(String host, long counter) {
        announce(Draft.of("w1", counter).endpoint("http://" + host + ":8081"));
    }

    @Test
    void aHostNameThatCannotBeLookedUpForAWhileKeepsItsAddress() {
        names.put("gpu-1.plant", List.of(InetAddress.ofLiteral("10.1.2.3")));
        announceFrom("gpu-1.plant", 1);
        announceFrom("gpu-1.plant", 2);
        names.clear();
        for (long counter = 3; counter < 10; counter++) {
            nowNanos += Duration.ofMinutes(1).toNanos();
            announceFrom("gpu-1.plant", counter);
        }
        assertEquals(0, fleet.refused(RefusalReason.ENDPOINT_NOT_ALLOWED));
        assertEquals(URI.create("http://10.1.2.3:8081"), worker(fleet, "w1").endpoint());
        names.put("gpu-1.plant", List.of(InetAddress.ofLiteral("10.1.2.4")));
        nowNanos += Duration.ofMinutes(1).toNanos();
        announceFrom("gpu-1.plant", 10);
        announceFrom("gpu-1.plant", 11);
        assertEquals(URI.create("http://10.1.2.4:8081"), worker(fleet, "w1").endpoint(), "it has moved");
    }

    @Test
    void aHostNameWhoseAddressesRotateStaysAtOne() {
        InetAddress first = InetAddress.ofLiteral("10.1.2.3");
        InetAddress second = InetAddress.ofLiteral("10.1.2.4");
        names.put("gpu-1.plant", List.of(first, second));
        announceFrom("gpu-1.plant", 1);
        announceFrom("gpu-1.plant", 2);
        Directory before = fleet.directory();
        for (long counter = 3; counter < 10; counter++) {
            names.put("gpu-1.plant", counter % 2 == 0 ? List.of(first, second) : List.of(second, first));
            nowNanos += Duration.ofMinutes(1).toNanos();
            announceFrom("gpu-1.plant", counter);
        }
        assertSame(before, fleet.directory());
        assertEquals(URI.create("http://10.1.2.3:8081"), worker(fleet, "w1").endpoint());
    }

    @Test
    void aHostNameIsDialledAtTheAddressThatWasChecked() throws Exception {
        names.put("gpu-1.plant", List.of(InetAddress.ofLiteral("10.1.2.3")));
        announce(Draft.of("w1", 1).endpoint("http://gpu-1.plant:8081"));
        announce(Draft.of("w1", 2).endpoint("http://gpu-1.plant:8081"));
        assertEquals(URI.create("http://10.1.2.3:8081"), worker(fleet, "w1").endpoint());

        names.put("gpu-1.plant", List.of(InetAddress.ofLiteral("169.254.169.254")));
        announce(Draft.of("w1", 3).endpoint("http://gpu-1.plant:8081"));
        assertEquals(URI.create("http://10.1.2.3:8081"), worker(fleet, "w1").endpoint(), "not asked again yet");
        nowNanos += Duration.ofMinutes(1).toNanos();
        announce(Draft.of("w1", 4).endpoint("http://gpu-1.plant:8081"));
        announce(Draft.of("w1", 5).endpoint("http://gpu-1.plant:8081"));
        assertTrue(fleet.refused(RefusalReason.ENDPOINT_NOT_ALLOWED) >= 1);
        assertEquals(URI.create("http://10.1.2.3:8081"), worker(fleet, "w1").endpoint());

        names.put("tls.plant", List.of(InetAddress.ofLiteral("10.1.2.4")));
        announce(Draft.of("w2", 1).endpoint("https://tls.plant:8443"));
        announce(Draft.of("w2", 2).endpoint("https://tls.plant:8443"));
        assertEquals("tls.plant", worker(fleet, "w2").endpoint().getHost(), "its certificate is for the name");
    }

    private static ProbePlan probed() {
        return new ProbePlan(Optional.of("/health"), Duration.ofSeconds(10), Duration.ofSeconds(1));
    }

    private static StaticWorker upstream(String id, ProbePlan probe) {
        ServedModel model =
                new ServedModel(new ModelId("big"), "", 0, 0, "", Set.of(Capability.CHAT), Optional.empty());
        return new StaticWorker(
                new WorkerId(id),
                URI.create("https://" + id + ".example"),
                Accelerator.GPU,
                new Site("cloud", Site.Kind.CLOUD, ""),
                64,
                List.of(model),
                probe,
                EngineSignals.NONE);
    }
}
