package dev.penstock.gateway.cluster;

import static dev.penstock.gateway.cluster.Pools.available;
import static dev.penstock.gateway.cluster.Pools.worker;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.penstock.gateway.pipeline.Fleet.WorkerLease;
import dev.penstock.gateway.pipeline.Work;
import dev.penstock.protocol.announcement.AnnouncedModel;
import dev.penstock.protocol.announcement.AnnouncedModel.AnnouncedPrice;
import dev.penstock.protocol.announcement.PoolSummary;
import dev.penstock.protocol.announcement.PoolSummary.Load;
import dev.penstock.protocol.announcement.PoolSummary.OfferedModel;
import dev.penstock.protocol.announcement.PoolSummaryJson;
import dev.penstock.routing.Accelerator;
import dev.penstock.routing.Directory;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Outcome;
import dev.penstock.routing.Price;
import dev.penstock.routing.Site;
import dev.penstock.routing.TokenUsage;
import dev.penstock.routing.Worker;
import dev.penstock.routing.WorkerId;
import dev.penstock.routing.limit.ProbeResult;
import io.vertx.core.Future;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A remote Penstock as a worker, on a clock of the test's own; it answers as the test says. */
final class RemoteWorkerTest {
    private static final Site CLOUD = new Site("cloud", Site.Kind.CLOUD, "eu");
    private static final ModelId BIG = new ModelId("big");
    private static final ModelId SMALL = new ModelId("small");
    private static final SummaryPoll.Answer LOST = SummaryPoll.Answer.without(ProbeResult.TIMED_OUT, false);
    private static final SummaryPoll.Answer MALFORMED = SummaryPoll.Answer.without(ProbeResult.TIMED_OUT, true);
    private static final SummaryPoll.Answer REFUSED = SummaryPoll.Answer.without(ProbeResult.BROKEN, false);

    private long nowNanos = 1_000_000_000L;
    private long sequence;
    private int asked;
    private SummaryPoll.Answer answer = LOST;
    private final PoolFleet fleet = new PoolFleet(
            new AnnouncementIntake(
                    Pools.SEAL,
                    new EndpointPins(
                            new EndpointRules(EndpointRules.PRIVATE_NETWORKS),
                            AddressResolver.SYSTEM,
                            Runnable::run,
                            () -> nowNanos),
                    Instant::now),
            (worker, path, timeout) -> {
                throw new AssertionError("a Penstock is probed by its summary");
            },
            PoolRules.DEFAULT,
            () -> nowNanos,
            new SplittableRandom(20261128));

    private void configure(int capacity, String url) {
        fleet.replaceUpstreams(List.of(new StaticWorker(
                new WorkerId("far"),
                URI.create(url),
                Accelerator.GPU,
                CLOUD,
                capacity,
                List.of(),
                new ProbePlan(Optional.of(PoolSummary.PATH), Duration.ofSeconds(1), Duration.ofSeconds(2)),
                EngineSignals.NONE,
                Optional.of((worker, timeout) -> {
                    asked++;
                    return Future.succeededFuture(answer);
                }))));
    }

    private void configure() {
        configure(1000, "https://far.example");
    }

    private static OfferedModel offered(String name, int capacity) {
        return new OfferedModel(
                new AnnouncedModel(
                        name,
                        "",
                        8,
                        4096,
                        "",
                        new TreeSet<>(List.of("chat", "from-the-future")),
                        Optional.of(new AnnouncedPrice(1, 2))),
                new Load(capacity, 0, 0, 0));
    }

    private PoolSummary summary(Load load, OfferedModel... models) {
        return new PoolSummary("far-1", ++sequence, false, load, List.of(models), 0);
    }

    private void say(PoolSummary said) {
        answer = SummaryPoll.Answer.summary(new PoolSummaryJson.Read(said, List.of()));
    }

    private void pass(Duration time) {
        long end = nowNanos + time.toNanos();
        while (nowNanos < end) {
            nowNanos += 100_000_000L;
            fleet.tick();
        }
    }

    private static List<String> models(Worker worker) {
        return worker.models().stream()
                .map(model -> model.id().value())
                .sorted()
                .toList();
    }

    @Test
    void whatItSaysIsWhatIsKnownOfItButForItsSite() {
        say(summary(new Load(12, 3, 2, 50), offered("big", 8), offered("small", 4)));
        configure();
        Worker far = worker(fleet, "far");
        assertTrue(available(fleet, "far"));
        assertEquals(List.of("big", "small"), models(far));
        assertEquals(12, far.capacity());
        assertEquals(CLOUD, far.site());
        assertEquals(Optional.of(new Price(1, 2)), far.model(BIG).orElseThrow().price());
        assertEquals(4096, far.model(BIG).orElseThrow().contextTokens());
        assertEquals(5, fleet.load().reportedLoad(far.slot()));
        assertEquals(2, fleet.load().reportedQueue(far.slot()));
    }

    @Test
    void theOperatorMaySayThatItTakesLess() {
        say(summary(new Load(12, 0, 0, 0), offered("big", 8)));
        configure(5, "https://far.example");
        assertEquals(5, worker(fleet, "far").capacity());
    }

    @Test
    void itIsAskedOnceASecond() {
        say(summary(new Load(12, 0, 0, 0), offered("big", 8)));
        configure();
        asked = 0;
        pass(Duration.ofMinutes(1));
        assertTrue(asked >= 50 && asked <= 64, asked + " times");
    }

    @Test
    void downAtTheStartItComesInWithinTwoSecondsOfTheLink() {
        answer = REFUSED;
        configure();
        pass(Duration.ofSeconds(30));
        assertFalse(available(fleet, "far"));
        assertTrue(fleet.mayComeUp(BIG), "what was never heard may serve anything");
        say(summary(new Load(12, 0, 0, 0), offered("big", 8)));
        pass(Duration.ofMillis(1_200));
        assertTrue(available(fleet, "far"));
        assertFalse(fleet.mayComeUp(SMALL), "it does not");
    }

    @Test
    void neverHeardForLongItIsNoReasonToHope() {
        answer = REFUSED;
        configure();
        pass(PoolRules.DEFAULT.retention().plusSeconds(1));
        assertFalse(fleet.mayComeUp(BIG));
    }

    @Test
    void whatIsNoSummaryChangesNothingWhileTheLastIsFresh() {
        say(summary(new Load(12, 0, 0, 0), offered("big", 8)));
        configure();
        Directory before = fleet.directory();
        answer = MALFORMED;
        pass(Duration.ofMillis(1_200));
        assertTrue(available(fleet, "far"), "one is not yet a silence");
        assertSame(before, fleet.directory());
        pass(Duration.ofSeconds(4));
        assertFalse(available(fleet, "far"));
        assertEquals(List.of("big"), models(worker(fleet, "far")), "not available is not unknown");
        say(summary(new Load(12, 0, 0, 0), offered("big", 8)));
        pass(Duration.ofMillis(2_200));
        assertTrue(available(fleet, "far"), "it re-enters by its next summary");
    }

    @Test
    void aRefusedConnectionCondemnsAtOnce() {
        say(summary(new Load(12, 0, 0, 0), offered("big", 8)));
        configure();
        answer = REFUSED;
        pass(Duration.ofMillis(1_200));
        assertFalse(available(fleet, "far"));
    }

    @Test
    void whatItCannotServeNowIsRememberedAndNotOffered() {
        say(summary(new Load(8, 0, 0, 0), offered("big", 8), offered("small", 0)));
        configure();
        assertEquals(List.of("big"), models(worker(fleet, "far")));
        assertTrue(fleet.mayComeUp(SMALL));
        assertFalse(fleet.mayComeUp(new ModelId("no-such")));
    }

    @Test
    void silentForLongItIsForgottenButForItsName() {
        say(summary(new Load(8, 0, 0, 0), offered("big", 8)));
        configure();
        answer = LOST;
        pass(PoolRules.DEFAULT.retention().plusSeconds(2));
        assertEquals(List.of(), models(worker(fleet, "far")));
        assertTrue(fleet.directory().models().isEmpty());
    }

    @Test
    void drainingItIsSentNothingNew() {
        configure();
        answer = SummaryPoll.Answer.summary(new PoolSummaryJson.Read(
                new PoolSummary("far-1", 9, true, new Load(8, 1, 0, 0), List.of(offered("big", 8)), 0), List.of()));
        pass(Duration.ofMillis(2_200));
        assertFalse(available(fleet, "far"));
        answer = SummaryPoll.Answer.summary(new PoolSummaryJson.Read(
                new PoolSummary("far-2", 1, false, new Load(8, 0, 0, 0), List.of(offered("big", 8)), 0), List.of()));
        pass(Duration.ofMillis(1_200));
        assertTrue(available(fleet, "far"), "another process of the same Penstock is back");
    }

    @Test
    void anAnswerThatWasOvertakenIsNotNews() {
        PoolSummary old = summary(new Load(4, 0, 0, 0), offered("small", 4));
        say(summary(new Load(8, 0, 0, 0), offered("big", 8)));
        configure();
        say(old);
        pass(Duration.ofMillis(1_200));
        assertEquals(List.of("big"), models(worker(fleet, "far")));
    }

    @Test
    void itsLoadBeyondOursIsThatOfOthers() {
        say(summary(new Load(8, 0, 0, 0), offered("big", 8)));
        configure();
        Worker far = worker(fleet, "far");
        List<WorkerLease> ours = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            ours.add(fleet.dispatch(far, Work.of(far.model(BIG).orElseThrow(), 1))
                    .orElseThrow());
        }
        say(summary(new Load(8, 5, 1, 0), offered("big", 8)));
        pass(Duration.ofMillis(1_200));
        assertEquals(3, fleet.load().foreignLoad(far.slot()));
        assertTrue(fleet.load().hasRoom(far, 2));
        assertFalse(fleet.load().hasRoom(far, 3));
        ours.forEach(lease ->
                lease.end(new Outcome.Succeeded(Duration.ofMillis(5), Duration.ofMillis(50), TokenUsage.NONE)));
    }

    @Test
    void aRequestFromAPenstockIsNotForAnother() {
        say(summary(new Load(8, 0, 0, 0), offered("big", 8)));
        configure();
        assertEquals(1, fleet.directory().workers().size());
        assertEquals(0, fleet.nearest().workers().size());
        fleet.replaceUpstreams(List.of());
        assertSame(fleet.directory(), fleet.nearest());
    }

    @Test
    void namesThatAreNoneAreDroppedWithOneLine() {
        Logger log = (Logger) LoggerFactory.getLogger(WorkerEntry.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        log.addAppender(lines);
        try {
            say(summary(new Load(8, 0, 0, 0), offered(" blank ", 8), offered("big", 8)));
            configure();
            say(summary(new Load(8, 0, 0, 0), offered(" blank ", 8), offered("big", 8)));
            pass(Duration.ofSeconds(5));
        } finally {
            log.detachAppender(lines);
        }
        assertEquals(List.of("big"), models(worker(fleet, "far")));
        assertEquals(
                1,
                lines.list.stream()
                        .filter(line -> line.getFormattedMessage().contains("offers 1 models that are none"))
                        .count());
    }

    @Test
    void movedElsewhereNothingOfItHolds() {
        say(summary(new Load(8, 0, 0, 0), offered("big", 8)));
        configure();
        answer = LOST;
        configure(1000, "https://other.example");
        assertFalse(available(fleet, "far"));
        assertEquals(List.of(), models(worker(fleet, "far")));
    }

    @Test
    void aReloadThatChangesNothingKeepsWhatItSaid() {
        say(summary(new Load(8, 0, 0, 0), offered("big", 8)));
        configure();
        answer = LOST;
        configure();
        assertTrue(available(fleet, "far"));
        assertEquals(List.of("big"), models(worker(fleet, "far")));
    }

    @Test
    void lossIsThePartOfQuestionsThatNothingCameBackTo() {
        say(summary(new Load(8, 0, 0, 0), offered("big", 8)));
        configure();
        assertEquals(0, fleet.status().getFirst().linkLoss());
        answer = MALFORMED;
        pass(Duration.ofMillis(1_200));
        assertEquals(0, fleet.status().getFirst().linkLoss(), "the link brought something");
        answer = LOST;
        pass(Duration.ofMinutes(2));
        assertEquals(1, fleet.status().getFirst().linkLoss());
        say(summary(new Load(8, 0, 0, 0), offered("big", 8)));
        pass(Duration.ofSeconds(33));
        double loss = fleet.status().getFirst().linkLoss();
        assertTrue(loss > 0.4 && loss < 0.6, "half of the window: " + loss);
    }
}
