package dev.penstock.gateway.cluster;

import dev.penstock.protocol.announcement.AnnouncedLoad;
import dev.penstock.protocol.announcement.AnnouncedModel;
import dev.penstock.protocol.announcement.AnnouncedSite;
import dev.penstock.protocol.announcement.AnnouncementSeal;
import dev.penstock.protocol.announcement.ClusterSecret;
import dev.penstock.protocol.announcement.WorkerAnnouncement;
import dev.penstock.protocol.announcement.WorkerAnnouncement.Sequence;
import dev.penstock.protocol.announcement.WorkerDescription;
import dev.penstock.routing.Worker;
import dev.penstock.routing.WorkerId;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.Assertions;

/** What the pool's tests share. */
final class Pools {
    static final ClusterSecret SECRET = ClusterSecret.of("a secret for tests only");
    static final AnnouncementSeal SEAL = new AnnouncementSeal(SECRET);

    private Pools() {}

    /** A record as a worker sends it, which a test changes before it seals it. */
    record Draft(
            String id,
            long incarnation,
            long counter,
            String endpoint,
            List<String> models,
            int capacity,
            boolean draining,
            AnnouncedLoad load,
            Instant sentAt) {
        static Draft of(String id, long counter) {
            int port = 10_000 + Math.floorMod(id.hashCode(), 50_000);
            return new Draft(
                    id,
                    1,
                    counter,
                    "http://127.0.0.1:" + port,
                    List.of("tiny"),
                    4,
                    false,
                    AnnouncedLoad.IDLE,
                    Instant.now());
        }

        Draft incarnation(long other) {
            return new Draft(id, other, counter, endpoint, models, capacity, draining, load, sentAt);
        }

        Draft endpoint(String other) {
            return new Draft(id, incarnation, counter, other, models, capacity, draining, load, sentAt);
        }

        Draft models(String... other) {
            return new Draft(id, incarnation, counter, endpoint, List.of(other), capacity, draining, load, sentAt);
        }

        Draft counter(long other) {
            return new Draft(id, incarnation, other, endpoint, models, capacity, draining, load, sentAt);
        }

        Draft capacity(int other) {
            return new Draft(id, incarnation, counter, endpoint, models, other, draining, load, sentAt);
        }

        Draft draining(boolean other) {
            return new Draft(id, incarnation, counter, endpoint, models, capacity, other, load, sentAt);
        }

        Draft load(int running, int queued) {
            return new Draft(
                    id,
                    incarnation,
                    counter,
                    endpoint,
                    models,
                    capacity,
                    draining,
                    new AnnouncedLoad(running, queued, 0, 0),
                    sentAt);
        }

        Draft sentAt(Instant other) {
            return new Draft(id, incarnation, counter, endpoint, models, capacity, draining, load, other);
        }

        byte[] sealed() {
            return sealed(SEAL);
        }

        byte[] sealed(AnnouncementSeal seal) {
            List<AnnouncedModel> served = models.stream()
                    .map(name -> new AnnouncedModel(
                            name, "r1", 0, 0, "", new TreeSet<>(List.of("chat", "from-the-future")), Optional.empty()))
                    .toList();
            return seal.seal(new WorkerAnnouncement(
                    id,
                    new Sequence(incarnation, counter),
                    new WorkerDescription(
                            URI.create(endpoint), served, "cpu", new AnnouncedSite("local", "edge", ""), capacity),
                    draining,
                    load,
                    sentAt));
        }
    }

    static Worker worker(PoolFleet fleet, String id) {
        return find(fleet, id).orElseThrow(() -> new AssertionError("no worker " + id));
    }

    static Optional<Worker> find(PoolFleet fleet, String id) {
        return fleet.directory().workers().stream()
                .filter(worker -> worker.id().equals(new WorkerId(id)))
                .findFirst();
    }

    static boolean available(PoolFleet fleet, String id) {
        return find(fleet, id)
                .map(worker -> fleet.load().available(worker.slot()))
                .orElse(false);
    }

    /** Waits for something that happens on other threads; generous, since it fails only where it never comes. */
    static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                Assertions.fail("not within 30 s: " + what);
            }
            LockSupport.parkNanos(5_000_000);
        }
    }

    static <T> T timed(String what, Supplier<T> action) {
        long start = System.nanoTime();
        T result = action.get();
        System.out.println(what + ": " + (System.nanoTime() - start) / 1_000_000 + " ms");
        return result;
    }
}
