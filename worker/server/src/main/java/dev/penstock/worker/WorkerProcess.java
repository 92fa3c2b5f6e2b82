package dev.penstock.worker;

import dev.penstock.protocol.announcement.AnnouncedLoad;
import dev.penstock.protocol.announcement.Announcer;
import dev.penstock.protocol.announcement.WorkerDescription;
import dev.penstock.runtime.config.ConfigWatch;
import dev.penstock.runtime.net.Drain;
import dev.penstock.runtime.net.HttpServerFactory;
import dev.penstock.runtime.net.Listening;
import dev.penstock.worker.config.SidecarConfig;
import dev.penstock.worker.config.WorkerConfig;
import dev.penstock.worker.http.Backend;
import dev.penstock.worker.http.EngineBackend;
import dev.penstock.worker.http.HostedModel;
import dev.penstock.worker.http.ModelStatus;
import dev.penstock.worker.http.TokenRates;
import dev.penstock.worker.http.WorkerRoutes;
import dev.penstock.worker.sidecar.SidecarBackend;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One worker: an HTTP server over models, or over another server, that a pool may know of. Thread safe.
 *
 * <p>It listens first and answers 503 while its models load; then it is announced. At its end it is announced as draining,
 * finishes what it has, leaves the pool, and closes.
 */
public final class WorkerProcess {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerProcess.class);
    private static final Duration ANNOUNCEMENT_LIMIT = Duration.ofSeconds(2);
    private static final Duration CLOSE_GRACE = Duration.ofSeconds(2);

    private final Vertx vertx;
    private final WorkerConfig config;
    private final Backend backend;
    private final Drain drain;
    private final TokenRates rates;
    private final Listening listening;
    private final Object lifecycle = new Object();
    private Announcer announcer = new NoAnnouncer();
    private CompletableFuture<Void> ready = new CompletableFuture<>();
    private Runnable onFree = () -> {};
    private @Nullable CompletableFuture<Void> stopped;

    /**
     * What a worker is given by the process that it is in.
     *
     * @param vertx its event loops
     * @param registry takes its metrics
     * @param metrics the text that {@code /metrics} answers, in Prometheus' format
     * @param announcers what tells the pool about it
     * @param authorized whether an {@code Authorization} header, {@code ""} where there is none, lets a caller in
     */
    public record Surroundings(
            Vertx vertx,
            MeterRegistry registry,
            Supplier<String> metrics,
            AnnouncerFactory announcers,
            Predicate<String> authorized) {
        /** A server on its own: tells nobody, lets everybody in. */
        public static Surroundings alone(Vertx vertx, MeterRegistry registry, Supplier<String> metrics) {
            return new Surroundings(
                    vertx, registry, metrics, (id, description, load) -> new NoAnnouncer(), any -> true);
        }
    }

    private WorkerProcess(
            Vertx vertx, WorkerConfig config, Backend backend, Drain drain, TokenRates rates, Listening listening) {
        this.vertx = vertx;
        this.config = config;
        this.backend = backend;
        this.drain = drain;
        this.rates = rates;
        this.listening = listening;
    }

    /**
     * Starts a worker.
     *
     * @return completes when it listens, which is before its models are loaded ({@link #ready}); fails with the reason
     *     where it cannot, such as a port that is taken
     */
    public static Future<WorkerProcess> start(WorkerConfig config, Surroundings surroundings) {
        InstantSource clock = InstantSource.system();
        if (config.sidecar().isPresent()) {
            SidecarBackend backend =
                    SidecarBackend.create(surroundings.vertx(), config.sidecar().get(), config.site(), clock);
            return listen(config, surroundings, backend)
                    .onFailure(failure -> backend.close())
                    .onSuccess(process -> process.open(backend, config.sidecar().get(), surroundings));
        }
        EngineBackend backend = new EngineBackend(config.limits(), clock);
        return listen(config, surroundings, backend)
                .onSuccess(process -> process.ready = new ModelLoading(clock, System::nanoTime)
                        .all(config.models())
                        .thenAccept(models -> process.open(backend, models, surroundings)));
    }

    private static Future<WorkerProcess> listen(WorkerConfig config, Surroundings surroundings, Backend backend) {
        Drain drain = new Drain();
        TokenRates rates = new TokenRates(System::nanoTime);
        WorkerRoutes.Parts parts = new WorkerRoutes.Parts(
                backend,
                drain,
                config.listener(),
                config.limits().totalBodies(),
                surroundings.authorized(),
                surroundings.registry(),
                surroundings.metrics(),
                rates);
        WorkerRoutes routes = new WorkerRoutes(surroundings.vertx(), parts, new SecureRandom(), System::nanoTime);
        return HttpServerFactory.listen(surroundings.vertx(), config.listener(), routes)
                .map(listening -> new WorkerProcess(surroundings.vertx(), config, backend, drain, rates, listening));
    }

    private void open(SidecarBackend backend, SidecarConfig sidecar, Surroundings surroundings) {
        synchronized (lifecycle) {
            onFree = backend::close;
        }
        backend.start();
        ready = backend.locate()
                .<Void>map(site -> {
                    synchronized (lifecycle) {
                        if (stopped == null) {
                            announce(Descriptions.of(endpoint(), sidecar, site), surroundings);
                        }
                    }
                    return null;
                })
                .toCompletionStage()
                .toCompletableFuture();
    }

    private void open(EngineBackend engine, List<HostedModel> models, Surroundings surroundings) {
        synchronized (lifecycle) {
            if (stopped != null) {
                models.forEach(HostedModel::close);
                throw new IllegalStateException("stopped while its models were loading");
            }
            onFree = () -> models.forEach(HostedModel::close);
            engine.open(models);
            models.forEach(model -> gauges(surroundings.registry(), model));
            announce(Descriptions.of(config, endpoint(), models), surroundings);
        }
        LOG.atInfo()
                .addKeyValue("worker", id())
                .addKeyValue("endpoint", endpoint())
                .log("worker ready");
    }

    private void announce(WorkerDescription description, Surroundings surroundings) {
        announcer = surroundings.announcers().create(id(), description, this::announcedLoad);
        announcer.start();
    }

    private static void gauges(MeterRegistry registry, HostedModel model) {
        Gauge.builder("penstock.worker.running", model, of -> of.load().running())
                .tag("gen_ai.request.model", model.name())
                .register(registry);
        Gauge.builder("penstock.worker.queued", model, of -> of.load().queued())
                .tag("gen_ai.request.model", model.name())
                .register(registry);
    }

    /** Completes when the models are loaded and the pool is being told; fails where a model cannot be loaded. */
    public CompletionStage<Void> ready() {
        return ready.minimalCompletionStage();
    }

    /** The port that is bound, also where the configuration asked for port 0. */
    public int port() {
        return listening.port();
    }

    /** The origin that gateways dial. */
    public URI endpoint() {
        return config.endpoint(port());
    }

    /** The worker's name in the pool. */
    public String id() {
        return config.id().orElseGet(() -> HostName.local() + "-" + port());
    }

    /** The names of the models that are loaded. */
    public List<String> models() {
        return backend.models().stream().map(ModelStatus::name).sorted().toList();
    }

    /**
     * Follows a configuration from now on: a reload puts other certificates of the listener in use, read from their files
     * even where the names are the same. Whoever has the watch asks it to look. A configuration that changes anything
     * else is refused, naming what needs a restart.
     */
    public void follow(ConfigWatch<WorkerConfig> watch) {
        watch.onChange(new TlsReload(listening));
    }

    private AnnouncedLoad announcedLoad() {
        int queued = backend.models().stream().mapToInt(ModelStatus::queued).sum();
        int inFlight = (int) Math.min(Integer.MAX_VALUE, drain.inFlight());
        TokenRates.Rates recent = rates.sample();
        return new AnnouncedLoad(
                Math.max(0, inFlight - queued),
                Math.min(inFlight, queued),
                recent.promptPerSecond(),
                recent.completionPerSecond());
    }

    /**
     * Ends the worker in order: says that it drains, waits for requests in flight up to the configured limit, breaks off
     * the rest with an error, leaves the pool, and frees the models. Later calls return the same stage.
     */
    public CompletionStage<Void> stop() {
        CompletableFuture<Void> result = new CompletableFuture<>();
        Announcer leaving;
        synchronized (lifecycle) {
            if (stopped != null) {
                return stopped;
            }
            stopped = result;
            leaving = announcer;
        }
        // Gateways first: what they still send until they have heard is served.
        leaving.drain(ANNOUNCEMENT_LIMIT)
                .handle((told, failure) -> "")
                .thenCompose(go -> drain.drain(vertx, config.drainTimeout()).toCompletionStage())
                .thenAccept(this::abortUnless)
                .thenCompose(go -> leaving.leave(ANNOUNCEMENT_LIMIT).handle((left, failure) -> ""))
                .thenCompose(go -> listening.close(CLOSE_GRACE).toCompletionStage())
                .whenComplete((closed, failure) -> free(leaving, result, failure));
        return result;
    }

    private void abortUnless(boolean drained) {
        if (!drained) {
            LOG.atWarn().addKeyValue("requests", drain.inFlight()).log("drain limit passed, breaking off");
            backend.abort();
        }
    }

    private void free(Announcer leaving, CompletableFuture<Void> result, @Nullable Throwable failure) {
        leaving.close();
        // Freeing a model waits for its decode thread: never on an event loop.
        Thread.ofPlatform().name("close models").start(() -> {
            synchronized (lifecycle) {
                onFree.run();
            }
            if (failure == null) {
                result.complete(null);
            } else {
                result.completeExceptionally(failure);
            }
        });
    }
}
