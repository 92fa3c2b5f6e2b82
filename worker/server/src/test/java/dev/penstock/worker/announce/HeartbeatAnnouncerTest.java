package dev.penstock.worker.announce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.protocol.announcement.AnnouncedLoad;
import dev.penstock.protocol.announcement.AnnouncedModel;
import dev.penstock.protocol.announcement.AnnouncedSite;
import dev.penstock.protocol.announcement.AnnouncementChannel;
import dev.penstock.protocol.announcement.AnnouncementSeal;
import dev.penstock.protocol.announcement.ClusterSecret;
import dev.penstock.protocol.announcement.WorkerAnnouncement;
import dev.penstock.protocol.announcement.WorkerDescription;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HeartbeatAnnouncerTest {
    private static final AnnouncementSeal SEAL = new AnnouncementSeal(ClusterSecret.of("a secret for tests only"));
    private static final Instant NOW = Instant.ofEpochMilli(1_790_000_000_000L);
    private static final WorkerDescription DESCRIPTION = new WorkerDescription(
            URI.create("http://127.0.0.1:8081"),
            List.of(new AnnouncedModel("tiny", "", 0, 0, "", new TreeSet<>(List.of("chat")), Optional.empty())),
            "cpu",
            new AnnouncedSite("local", "edge", ""),
            4);

    /** Takes what it is given, in order; answers when the test says. */
    private static final class Recorded implements AnnouncementChannel {
        final BlockingQueue<WorkerAnnouncement> puts = new LinkedBlockingQueue<>();
        final BlockingQueue<String> removals = new LinkedBlockingQueue<>();
        final List<CompletableFuture<Void>> unanswered = new ArrayList<>();
        final Semaphore asked = new Semaphore(0);
        volatile Optional<byte[]> last = Optional.empty();
        volatile boolean reachable = true;
        volatile boolean answers = true;

        @Override
        public CompletionStage<Optional<byte[]>> last(String workerId) {
            asked.release();
            return reachable
                    ? CompletableFuture.completedStage(last)
                    : CompletableFuture.failedStage(new IllegalStateException("nobody there"));
        }

        @Override
        public CompletionStage<Void> put(String workerId, byte[] record) {
            if (!reachable) {
                return CompletableFuture.failedStage(new IllegalStateException("nobody there"));
            }
            try {
                puts.add(SEAL.open(workerId, record));
            } catch (Exception e) {
                return CompletableFuture.failedStage(e);
            }
            if (answers) {
                return CompletableFuture.completedStage(null);
            }
            CompletableFuture<Void> pending = new CompletableFuture<>();
            synchronized (unanswered) {
                unanswered.add(pending);
            }
            return pending;
        }

        @Override
        public CompletionStage<Void> remove(String workerId) {
            removals.add(workerId);
            return CompletableFuture.completedStage(null);
        }

        WorkerAnnouncement next() throws InterruptedException {
            @Nullable WorkerAnnouncement next = puts.poll(30, TimeUnit.SECONDS);
            return Objects.requireNonNull(next, "no announcement within 30 s");
        }
    }

    private final Recorded channel = new Recorded();
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicLong uptimeMillis = new AtomicLong();
    private volatile Instant now = NOW;
    private final HeartbeatAnnouncer announcer = announcer(Duration.ofMillis(10));

    private HeartbeatAnnouncer announcer(Duration heartbeat) {
        return new HeartbeatAnnouncer(
                "w1",
                () -> DESCRIPTION,
                () -> new AnnouncedLoad(running.get(), 0, 0, 0),
                SEAL,
                channel,
                heartbeat,
                () -> now,
                () -> TimeUnit.MILLISECONDS.toNanos(uptimeMillis.get()));
    }

    @AfterEach
    void close() {
        announcer.close();
    }

    @Test
    void heartbeatsSayEverythingAndAreNumberedUpwards() throws Exception {
        announcer.start();
        WorkerAnnouncement first = channel.next();
        running.set(3);
        WorkerAnnouncement later = channel.next();
        while (later.load().running() != 3) {
            later = channel.next();
        }
        assertEquals(DESCRIPTION, later.description());
        assertEquals(NOW.toEpochMilli(), first.sequence().incarnation());
        assertEquals(1, first.sequence().counter());
        assertTrue(later.sequence().compareTo(first.sequence()) > 0);
        assertFalse(later.draining());
    }

    @Test
    void aRunIsNumberedAboveTheOneBeforeAlsoWhereTheClockWentBack() throws Exception {
        long before = NOW.toEpochMilli() + 5_000_000;
        channel.last = Optional.of(SEAL.seal(new WorkerAnnouncement(
                "w1", new WorkerAnnouncement.Sequence(before, 77), DESCRIPTION, false, AnnouncedLoad.IDLE, NOW)));
        announcer.start();
        assertEquals(before + 1, channel.next().sequence().incarnation());
    }

    @Test
    void aRunIsNumberedAnewOnceAClockThatWasBehindIsSet() throws Exception {
        announcer.start();
        long first = channel.next().sequence().incarnation();
        now = NOW.plusSeconds(3600);
        WorkerAnnouncement later = channel.next();
        while (later.sequence().incarnation() == first) {
            later = channel.next();
        }
        assertEquals(now.toEpochMilli(), later.sequence().incarnation());
    }

    @Test
    void timeThatPassesAndAClockThatIsDisciplinedNumberNothingAnew() throws Exception {
        announcer.start();
        long first = channel.next().sequence().incarnation();
        uptimeMillis.set(3_600_000);
        now = NOW.plusSeconds(3604);
        WorkerAnnouncement later = channel.next();
        while (later.sentAt().isBefore(now)) {
            later = channel.next();
        }
        assertEquals(first, later.sequence().incarnation());
        assertEquals(first, channel.next().sequence().incarnation());
    }

    @Test
    void whatCannotBeReadDoesNotStopANewRun() throws Exception {
        channel.last = Optional.of(new byte[] {1, 2, 3});
        announcer.start();
        assertEquals(NOW.toEpochMilli(), channel.next().sequence().incarnation());
    }

    @Test
    void gatewaysMayComeLater() throws Exception {
        channel.reachable = false;
        announcer.start();
        assertTrue(channel.asked.tryAcquire(3, 30, TimeUnit.SECONDS));
        assertTrue(channel.puts.isEmpty());
        channel.reachable = true;
        channel.next();
    }

    @Test
    void gatewaysMayGoAndComeBack() throws Exception {
        announcer.start();
        long before = channel.next().sequence().counter();
        channel.reachable = false;
        channel.puts.clear();
        channel.reachable = true;
        assertTrue(channel.next().sequence().counter() > before);
    }

    @Test
    void onlyTwoAreOnTheirWayAtOnce() throws Exception {
        channel.answers = false;
        announcer.start();
        channel.next();
        channel.next();
        announcer.changed();
        assertNull(channel.puts.poll(200, TimeUnit.MILLISECONDS));
        channel.answers = true;
        synchronized (channel.unanswered) {
            channel.unanswered.forEach(pending -> pending.complete(null));
        }
        channel.next();
    }

    @Test
    void drainIsDoneOnceItIsStoredAndLeaveTakesTheRecordAwayForGood() throws Exception {
        announcer.start();
        channel.next();
        announcer.drain(Duration.ofSeconds(30)).toCompletableFuture().get(30, TimeUnit.SECONDS);
        WorkerAnnouncement last = channel.next();
        while (!last.draining()) {
            last = channel.next();
        }
        announcer.leave(Duration.ofSeconds(30)).toCompletableFuture().get(30, TimeUnit.SECONDS);
        assertEquals("w1", channel.removals.poll(0, TimeUnit.SECONDS));
        channel.puts.clear();
        announcer.changed();
        assertNull(channel.puts.poll(100, TimeUnit.MILLISECONDS));
    }

    @Test
    void drainingWithoutAnybodyToTellIsBounded() throws Exception {
        channel.reachable = false;
        announcer.start();
        announcer.drain(Duration.ofMillis(50)).toCompletableFuture().get(30, TimeUnit.SECONDS);
        announcer.leave(Duration.ofMillis(50)).toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    @Test
    void whoWasNeverStartedLeavesQuietly() throws Exception {
        announcer.drain(Duration.ofSeconds(30)).toCompletableFuture().get(30, TimeUnit.SECONDS);
        announcer.leave(Duration.ofSeconds(30)).toCompletableFuture().get(30, TimeUnit.SECONDS);
        assertTrue(channel.removals.isEmpty());
        announcer.close();
        announcer.changed();
    }
}
