package dev.penstock.deploy;

import dev.penstock.protocol.announcement.ClusterSecret;
import dev.penstock.runtime.config.ConfigWatch;
import dev.penstock.runtime.net.ProcessSignals;
import dev.penstock.runtime.net.TransportName;
import dev.penstock.runtime.net.Transports;
import dev.penstock.runtime.telemetry.Metrics;
import dev.penstock.worker.AnnouncerFactory;
import dev.penstock.worker.WorkerProcess;
import dev.penstock.worker.WorkerProcess.Surroundings;
import dev.penstock.worker.announce.HazelcastAnnouncer;
import dev.penstock.worker.announce.HazelcastChannel;
import dev.penstock.worker.config.CallerPolicy;
import dev.penstock.worker.config.WorkerConfig;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** A worker with what surrounds it: event loops, metrics, the way to its pool. Its methods may block. */
final class WorkerNode implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final Duration LOAD_LIMIT = Duration.ofMinutes(10);
    private static final Duration LOOK_PAUSE = Duration.ofSeconds(1);
    private static final Duration STOP_GRACE = Duration.ofSeconds(15);

    private final WorkerConfig config;
    private final Vertx vertx;
    private final Metrics metrics;
    private final WorkerProcess process;
    private final ScheduledThreadPoolExecutor looks = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("penstock-config").factory());

    private WorkerNode(WorkerConfig config, UnaryOperator<Surroundings> joining) {
        this.config = config;
        vertx = Transports.vertx(TransportName.AUTO, new VertxOptions());
        metrics = Metrics.create(Map.of()).withProcess();
        var alone = Surroundings.alone(vertx, metrics.registry(), metrics::scrape);
        var listener = config.listener();
        process = await(
                "listener: " + listener.host() + ":" + listener.port(),
                WorkerProcess.start(config, joining.apply(alone)).toCompletionStage(),
                START_LIMIT);
    }

    /**
     * Starts a worker that joins the pool its configuration names, or none. It listens; its models may still load.
     *
     * @throws CommandFailedException where its port is taken
     */
    static WorkerNode start(WorkerConfig config) {
        if (config.cluster().isEmpty()) {
            return new WorkerNode(config, alone -> alone);
        }
        var cluster = config.cluster().get();
        var secret = ClusterSecret.of(cluster.secret().reveal());
        // The way to the pool opens while the models load.
        var channel = new HazelcastChannel(secret, cluster.members()).connect();
        AnnouncerFactory announcers = (id, description, load) ->
                new HazelcastAnnouncer(secret, channel, cluster.heartbeat(), id, () -> description, load);
        return start(config, announcers, config.calls() == CallerPolicy.CLUSTER ? secret::authorizes : any -> true);
    }

    /** Starts a worker that is announced, and called, as it is told. */
    static WorkerNode start(WorkerConfig config, AnnouncerFactory announcers, Predicate<String> authorized) {
        return new WorkerNode(
                config,
                alone -> new Surroundings(alone.vertx(), alone.registry(), alone.metrics(), announcers, authorized));
    }

    /** Waits until its models are loaded and the pool is being told. */
    void awaitReady() {
        await("models", process.ready(), LOAD_LIMIT);
    }

    /**
     * Follows its file: looked at once a second, and read again on SIGHUP, which without this would end the process. Only
     * the certificates of the listener may change.
     */
    void follow(ConfigWatch<WorkerConfig> watch) {
        process.follow(watch);
        var unused = watch.every(LOOK_PAUSE, looks);
        ProcessSignals.on("HUP", watch::reload);
    }

    /** The names of its models. */
    List<String> models() {
        return process.models();
    }

    /** Where gateways dial it. */
    URI endpoint() {
        return process.endpoint();
    }

    /** Finishes what it has, leaves the pool, and ends. */
    @Override
    public void close() {
        looks.shutdownNow();
        try {
            await("stop", process.stop(), config.drainTimeout().plus(STOP_GRACE));
        } finally {
            await("event loops", vertx.close().toCompletionStage(), STOP_GRACE);
            metrics.close();
        }
    }

    private static <T> T await(String what, CompletionStage<T> stage, Duration limit) {
        try {
            return stage.toCompletableFuture().get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            throw CommandFailedException.usage(what + ": " + StartFailure.reason(failed));
        } catch (TimeoutException late) {
            throw CommandFailedException.failure(what + ": not done within " + limit.toSeconds() + " s");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw CommandFailedException.failure(what + ": interrupted");
        }
    }
}
