package dev.penstock.worker.announce;

import dev.penstock.protocol.announcement.AnnouncedLoad;
import dev.penstock.protocol.announcement.AnnouncementChannel;
import dev.penstock.protocol.announcement.AnnouncementRefusedException;
import dev.penstock.protocol.announcement.AnnouncementSeal;
import dev.penstock.protocol.announcement.Announcer;
import dev.penstock.protocol.announcement.WorkerAnnouncement;
import dev.penstock.protocol.announcement.WorkerAnnouncement.Sequence;
import dev.penstock.protocol.announcement.WorkerDescription;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Announces the whole state of one worker at every heartbeat. A heartbeat that cannot be delivered is forgotten: the next
 * one says all. At most two are on their way at once.
 *
 * <p>Each run is numbered above the one before: by the clock, or by the record that the cluster still has where the clock
 * went back. A run whose clock was behind when it was numbered, and is set right later, is numbered anew: gateways that
 * remember an earlier run by the right clock believe no smaller number. All state is touched by one thread of its own.
 */
public final class HeartbeatAnnouncer implements Announcer {
    private static final Logger LOG = LoggerFactory.getLogger(HeartbeatAnnouncer.class);
    private static final int MAX_ON_THEIR_WAY = 2;
    /** What gateways hear of by events is heard within this of being stored. */
    private static final Duration SETTLING = Duration.ofMillis(250);

    /** A clock that is only disciplined, not set, stays within this of the time that passed. */
    private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(5);

    private final String workerId;
    private final Supplier<WorkerDescription> description;
    private final Supplier<AnnouncedLoad> load;
    private final AnnouncementSeal seal;
    private final AnnouncementChannel channel;
    private final Duration heartbeat;
    private final InstantSource clock;
    private final LongSupplier nanoClock;
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("penstock-announce").factory());
    private final CompletableFuture<Void> drainStored = new CompletableFuture<>();

    private Optional<Long> incarnation = Optional.empty();
    private long numberedNanos;
    private long counter;
    private int onTheirWay;
    private boolean numbering;
    private boolean draining;
    private boolean left;
    /** Whether somebody took the last record, or nothing was said of it yet. */
    private boolean heard = true;

    private CompletionStage<Void> lastStored = CompletableFuture.completedStage(null);
    private @Nullable ScheduledFuture<?> beats;

    /**
     * A worker's announcer, not yet started.
     *
     * @param description asked for at each heartbeat, on the announcer's thread
     * @param load asked for at each heartbeat, on the announcer's thread
     * @param heartbeat from one announcement to the next
     * @param clock what runs are numbered by
     * @param nanoClock how much time passed, whatever the clock is set to
     */
    public HeartbeatAnnouncer(
            String workerId,
            Supplier<WorkerDescription> description,
            Supplier<AnnouncedLoad> load,
            AnnouncementSeal seal,
            AnnouncementChannel channel,
            Duration heartbeat,
            InstantSource clock,
            LongSupplier nanoClock) {
        this.workerId = workerId;
        this.description = description;
        this.load = load;
        this.seal = seal;
        this.channel = channel;
        this.heartbeat = heartbeat;
        this.clock = clock;
        this.nanoClock = nanoClock;
    }

    @Override
    public void start() {
        later(() -> {
            if (beats == null && !left) {
                beats = executor.scheduleWithFixedDelay(this::safeBeat, 0, heartbeat.toMillis(), TimeUnit.MILLISECONDS);
            }
        });
    }

    @Override
    public void changed() {
        later(this::safeBeat);
    }

    private void safeBeat() {
        try {
            beat();
        } catch (RuntimeException e) {
            LOG.error("an announcement failed; the next one comes", e); // a schedule ends with its first exception
        }
    }

    private void beat() {
        if (beats == null || left || onTheirWay >= MAX_ON_THEIR_WAY) {
            return;
        }
        if (incarnation.isEmpty()) {
            number();
            return;
        }
        renumberWhereTheClockWasSet(incarnation.get());
        boolean saysDraining = draining;
        byte[] record = seal.seal(new WorkerAnnouncement(
                workerId,
                new Sequence(incarnation.get(), ++counter),
                description.get(),
                saysDraining,
                load.get(),
                clock.instant()));
        onTheirWay++;
        CompletionStage<Void> stored = channel.put(workerId, record);
        lastStored = stored;
        stored.whenCompleteAsync((done, failure) -> delivered(saysDraining, failure), thread());
    }

    private void delivered(boolean saidDraining, @Nullable Throwable failure) {
        onTheirWay--;
        if (failure != null) {
            unheard(failure);
            return;
        }
        if (!heard) {
            heard = true;
            LOG.info("worker {} is announced to the pool", workerId);
        }
        if (saidDraining) {
            drainStored.complete(null);
        }
    }

    /** Finds this run's number: above whatever the cluster still has of an earlier one. */
    private void number() {
        if (numbering) {
            return;
        }
        numbering = true;
        channel.last(workerId)
                .thenApplyAsync(
                        last -> Math.max(clock.millis(), last.map(this::after).orElse(0L)), thread())
                .whenCompleteAsync(
                        (number, failure) -> {
                            numbering = false;
                            if (failure != null) {
                                unheard(failure);
                                return;
                            }
                            numbered(number);
                            heard = false; // said once the first record is stored
                            safeBeat();
                        },
                        thread());
    }

    private void numbered(long number) {
        incarnation = Optional.of(number);
        numberedNanos = nanoClock.getAsLong();
    }

    private void renumberWhereTheClockWasSet(long number) {
        long now = clock.millis();
        long expected = number + TimeUnit.NANOSECONDS.toMillis(nanoClock.getAsLong() - numberedNanos);
        if (now - expected > CLOCK_TOLERANCE.toMillis()) {
            LOG.info("the clock was set {} ms ahead: worker {} is numbered anew", now - expected, workerId);
            numbered(now);
        }
    }

    private void unheard(Throwable failure) {
        if (heard) {
            heard = false;
            Throwable cause = failure.getCause() == null ? failure : failure.getCause();
            LOG.warn(
                    "worker {} reaches no gateway: {}: {}",
                    workerId,
                    cause.getClass().getSimpleName(),
                    cause.getMessage());
        }
    }

    private long after(byte[] record) {
        try {
            return seal.open(workerId, record).sequence().incarnation() + 1;
        } catch (AnnouncementRefusedException e) {
            return 0; // nobody else believes it either
        }
    }

    @Override
    public CompletionStage<Void> drain(Duration limit) {
        later(() -> {
            draining = true;
            if (beats == null || incarnation.isEmpty()) {
                drainStored.complete(null); // nobody was told that it is here
            }
            safeBeat();
        });
        return drainStored
                .thenCompose(stored -> pause(SETTLING))
                .copy()
                .completeOnTimeout(null, limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    private CompletableFuture<Void> pause(Duration time) {
        return new CompletableFuture<Void>().completeOnTimeout(null, time.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public CompletionStage<Void> leave(Duration limit) {
        CompletableFuture<Void> gone = new CompletableFuture<>();
        later(() -> {
            boolean known = incarnation.isPresent() && !left;
            stopBeating();
            if (known) {
                // After the last record, or that would come back.
                lastStored
                        .handle((done, failure) -> channel.remove(workerId))
                        .thenCompose(removal -> removal)
                        .whenComplete((done, failure) -> gone.complete(null));
            } else {
                gone.complete(null);
            }
        });
        return gone.completeOnTimeout(null, limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void stopBeating() {
        left = true;
        if (beats != null) {
            beats.cancel(false);
        }
    }

    @Override
    public void close() {
        later(this::stopBeating);
        executor.shutdown();
    }

    private void later(Runnable action) {
        thread().execute(action);
    }

    /** The announcer's thread; after {@link #close} nothing is left to do on it. */
    private Executor thread() {
        return action -> {
            try {
                executor.execute(action);
            } catch (RejectedExecutionException e) {
                LOG.debug("closed; {}", e.getMessage());
            }
        };
    }
}
