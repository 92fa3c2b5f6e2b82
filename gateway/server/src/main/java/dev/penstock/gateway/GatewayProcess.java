package dev.penstock.gateway;

import dev.penstock.gateway.accounts.AdminAccess;
import dev.penstock.gateway.admin.AdminHandler;
import dev.penstock.gateway.admin.AdminRoute;
import dev.penstock.gateway.admin.CacheRoutes;
import dev.penstock.gateway.admin.PoolMeters;
import dev.penstock.gateway.admin.Readiness;
import dev.penstock.gateway.budget.BudgetGauges;
import dev.penstock.gateway.budget.GatewayBudgets;
import dev.penstock.gateway.cache.AnswerCache;
import dev.penstock.gateway.cluster.Membership;
import dev.penstock.gateway.cluster.PoolChannel;
import dev.penstock.gateway.cluster.PoolFleet;
import dev.penstock.gateway.config.AuthMode;
import dev.penstock.gateway.config.GatewayConfig;
import dev.penstock.gateway.ledger.UsageBook;
import dev.penstock.gateway.pipeline.RequestRecord;
import dev.penstock.gateway.pipeline.Settlement;
import dev.penstock.gateway.pipeline.Spending;
import dev.penstock.gateway.telemetry.QueueMeters;
import dev.penstock.gateway.telemetry.RequestLog;
import dev.penstock.gateway.telemetry.RequestMeters;
import dev.penstock.protocol.announcement.AnnouncementChannel;
import dev.penstock.protocol.announcement.ClusterSecret;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Worker;
import dev.penstock.runtime.config.ConfigWatch;
import dev.penstock.runtime.net.HttpServerFactory;
import dev.penstock.runtime.net.Lifecycle;
import dev.penstock.runtime.net.ListenerConfig;
import dev.penstock.runtime.net.Listening;
import dev.penstock.runtime.net.ServerTls;
import dev.penstock.runtime.net.TlsMaterial;
import dev.penstock.runtime.net.Transports;
import dev.penstock.runtime.telemetry.Logging;
import dev.penstock.runtime.telemetry.Metrics;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A gateway, from its first listener to its last stream.
 *
 * <p>It starts in this order: the pool, joining the cluster meanwhile; the admin listener, live and not ready; once the
 * cluster is joined and its workers are read, the public listener; then it is ready. It stops in this order: readiness says
 * no, for a while before anybody is refused; requests that run end, or the drain clock does; the listeners; the cluster; the rest.
 * Every step of both is bounded in time.
 *
 * <p>Its methods may block: none is for an event loop.
 */
public final class GatewayProcess implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayProcess.class);
    private static final Duration START_STEP = Duration.ofSeconds(60);
    private static final Duration STOP_STEP = Duration.ofSeconds(15);
    /** Handing over what this member holds, for ten seconds at most. */
    private static final Duration LEAVE = Duration.ofSeconds(30);

    /** For an answer that is on its way out when a listener is closed. */
    private static final Duration CLOSING = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final Metrics metrics = Metrics.create(Map.of()).withProcess();
    private final DataPlane plane;
    private final Optional<UsageBook> usage;
    private final Optional<GatewayBudgets> budgets;
    private final Optional<StoredAccounts> accounts;
    private final Listening admin;
    private final Listening listener;
    private final Departure departure;
    private final Optional<InetSocketAddress> clusterAddress;
    private final Lifecycle lifecycle = new Lifecycle();

    private GatewayProcess(GatewayConfig config) throws GatewayStartException {
        int loops = config.process().eventLoopCount();
        vertx = Transports.vertx(config.process().transport(), new VertxOptions().setEventLoopPoolSize(loops + 1));
        boolean complete = false;
        try {
            lifecycle.onStop("metrics", STOP_STEP, metrics::close);
            lifecycle.onStop("event loops", STOP_STEP, () -> Blocking.stopped(vertx.close()));
            usage = config.store()
                    .map(store -> UsageBook.open(store, config.site().name(), InstantSource.system()));
            usage.ifPresent(book -> lifecycle.onStop("usage", STOP_STEP.multipliedBy(2), book::close));
            budgets = usage.map(book -> budgets(book, config));
            budgets.ifPresent(all -> lifecycle.onStop("budgets", STOP_STEP, all::close));
            Spending spending = budgets.map(GatewayBudgets::spending).orElse(Spending.UNLIMITED);
            plane = new DataPlane(vertx, config, spending, () -> usage.flatMap(UsageBook::database), this::settlement);
            budgets.ifPresent(all -> plane.beforeAccounts(next -> all.configure(next.auth(), next.budgets())));
            accounts = usage.map(book -> new StoredAccounts(plane, config, book));
            accounts.ifPresent(stored -> lifecycle.onStop("accounts", STOP_STEP, stored::close));
            departure = new Departure(vertx, plane);
            lifecycle.onStop("pool", LEAVE, plane::close);
            Optional<CompletionStage<InetSocketAddress>> joining =
                    plane.membership().map(Membership::start);
            admin = open("admin", config.admin(), HttpServerFactory.listen(vertx, config.admin(), adminHandler()));
            lifecycle.onStop("admin listener", STOP_STEP, () -> Blocking.stopped(admin.close(CLOSING)));
            clusterAddress = joining.isEmpty()
                    ? Optional.empty()
                    : Optional.of(Blocking.started("cluster", joining.get(), START_STEP));
            if (accounts.isPresent()) {
                accounts.get().await(config);
            }
            listener = open(
                    "listener",
                    config.listener(),
                    HttpServerFactory.listen(
                            vertx,
                            config.listener(),
                            loops,
                            () -> request -> plane.live().routes().handle(request)));
            lifecycle.onStop(
                    "requests",
                    config.clocks().drainNotice().plus(config.clocks().drain()).plus(STOP_STEP),
                    () -> departure.drain(listener));
            departure.ready();
            complete = true;
        } catch (IllegalArgumentException refused) {
            // What only shows when it is put to use: a transport this machine lacks, TLS material that does not load.
            throw new GatewayStartException(String.valueOf(refused.getMessage()), refused);
        } finally {
            if (!complete) {
                lifecycle.stop();
            }
        }
    }

    /**
     * Starts a gateway; it is ready when this returns.
     *
     * @throws GatewayStartException where a port is taken, the cluster cannot be joined, or TLS material does not load
     */
    public static GatewayProcess start(GatewayConfig config) throws GatewayStartException {
        GatewayProcess process = new GatewayProcess(config);
        if (config.auth().mode() == AuthMode.OPEN) {
            LOG.info("open to everybody on this machine: no key is asked for (auth.mode: open)");
        }
        LOG.info("gateway ready at {}, admin at {}", process.endpoint(), process.adminEndpoint());
        return process;
    }

    private static Listening open(String key, ListenerConfig config, Future<Listening> opening)
            throws GatewayStartException {
        return Blocking.started(
                key + ": " + config.host() + ":" + config.port(), opening.toCompletionStage(), START_STEP);
    }

    private GatewayBudgets budgets(UsageBook book, GatewayConfig config) {
        GatewayBudgets all = new GatewayBudgets(
                vertx,
                book::database,
                book::recovered,
                book.node(),
                InstantSource.system(),
                System::nanoTime,
                config.budgets());
        all.configure(config.auth(), config.budgets());
        return all;
    }

    private Settlement settlement(PoolFleet fleet) {
        RequestMeters meters = new RequestMeters(metrics.registry(), fleet::directory);
        RequestLog log = new RequestLog(() -> plane.live().config().log().requests());
        return new Settlement() {
            @Override
            public void account(RequestRecord record) {
                usage.ifPresent(book -> book.account(record));
            }

            @Override
            public void settle(RequestRecord record) {
                meters.settle(record);
                log.settle(record);
            }
        };
    }

    private AdminHandler adminHandler() {
        PoolView view = plane.view();
        PoolMeters pool = new PoolMeters(metrics.registry(), view::report);
        gauge("penstock.requests.in.flight", "Requests of clients that have begun and not ended", () -> plane.drain()
                .inFlight());
        gauge("penstock.buffered.bytes", "Bytes held for clients", () -> plane.budget()
                .held());
        counter("penstock.decisions.logged", "Decisions written to routing.decision-log", plane.decisions()::written);
        counter(
                "penstock.decisions.left.out",
                "Decisions that were drawn and could not be written",
                plane.decisions()::leftOut);
        plane.embeddings().register(metrics.registry());
        plane.reservations().register(metrics.registry());
        QueueMeters.register(metrics.registry(), plane.queueCounts());
        usage.ifPresent(this::meter);
        plane.memory().ifPresent(this::meter);
        Optional<BudgetGauges> gauges = budgets.map(this::meter);
        gauge("penstock.connections", "Open connections of clients", () -> listener.connections());
        return new AdminHandler(
                vertx,
                departure::asked,
                () -> {
                    pool.refresh();
                    gauges.ifPresent(BudgetGauges::refresh);
                    return metrics.scrape();
                },
                view::report,
                plane.explainer(),
                usage.map(book -> book),
                budgets.map(all -> all),
                Stream.concat(StoredAccounts.routes(vertx, accounts).stream(), cacheRoutes().stream())
                        .toList());
    }

    private List<AdminRoute> cacheRoutes() {
        return CacheRoutes.of(
                vertx, plane.memory().map(cache -> new MemoryOverview(cache, InstantSource.system())), request -> {
                    Snapshot now = plane.live();
                    var unused = AdminAccess.actor(now.declared(), now.config().adminIsLocal(), request);
                    AdminAccess.requireJson(request);
                });
    }

    private void meter(AnswerCache cache) {
        gauge("penstock.cache.entries", "Answers that this gateway has in memory", cache::entries);
        gauge("penstock.cache.bytes", "Heap that answers in memory take, about", cache::bytes);
        counter("penstock.cache.not.kept", "Answers that were not kept since too many waited", cache::notKept);
    }

    private BudgetGauges meter(GatewayBudgets all) {
        counter("penstock.budget.alerts.sent", "Alerts of budgets that were told", all::alertsSent);
        counter("penstock.budget.alerts.failed", "Alerts of budgets that nobody took", all::alertsFailed);
        return new BudgetGauges(all, metrics.registry());
    }

    private void meter(UsageBook book) {
        gauge("penstock.ledger.waiting", "Requests whose usage is in the journal and not in the store", book::waiting);
        counter("penstock.ledger.written", "Requests whose usage this process has brought to the store", book::written);
        counter("penstock.ledger.lost", "Requests whose usage is in no ledger", book::lost);
    }

    private void counter(String name, String description, LongSupplier value) {
        // Of the object a counter is of it holds no more than a weak reference; the registry outlives it.
        FunctionCounter.builder(name, metrics.registry(), registry -> value.getAsLong())
                .description(description)
                .register(metrics.registry());
    }

    private void gauge(String name, String description, java.util.function.Supplier<Number> value) {
        Gauge.builder(name, value).description(description).register(metrics.registry());
    }

    /** The port of the API. */
    public int port() {
        return listener.port();
    }

    /** The port of the admin listener. */
    public int adminPort() {
        return admin.port();
    }

    /** The origin of the API, as seen from this machine: {@code http://127.0.0.1:8080}. */
    public URI endpoint() {
        return origin(plane.live().config().listener(), port());
    }

    /** The origin of the admin listener, as seen from this machine. */
    public URI adminEndpoint() {
        return origin(plane.live().config().admin(), adminPort());
    }

    private static URI origin(ListenerConfig config, int port) {
        String host = config.host();
        String reached =
                switch (host) {
                    case "0.0.0.0" -> "127.0.0.1";
                    case "::", "[::]" -> "[::1]";
                    default -> host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
                };
        return URI.create((config.tls().isPresent() ? "https://" : "http://") + reached + ":" + port);
    }

    /** Where workers and other gateways reach this member; empty without a cluster. */
    public Optional<InetSocketAddress> clusterAddress() {
        return clusterAddress;
    }

    /** The secret of the pool: the configured one, or the random one of a gateway whose pool is its own process. */
    public ClusterSecret clusterSecret() {
        return plane.secret();
    }

    /** What workers in this very process announce themselves by. */
    public AnnouncementChannel channel() {
        return new PoolChannel(plane.fleet(), plane.membership());
    }

    /** The models that can be asked for at this moment: those of workers that may be sent requests. */
    public SortedSet<ModelId> models() {
        PoolFleet fleet = plane.fleet();
        SortedSet<ModelId> served = new TreeSet<>();
        for (Worker worker : fleet.directory().workers()) {
            if (fleet.load().available(worker.slot())) {
                worker.models().forEach(model -> served.add(model.id()));
            }
        }
        return served;
    }

    /** Whether requests are welcome: what {@code /health/ready} says. */
    public Readiness readiness() {
        return departure.readiness();
    }

    /**
     * Follows a configuration from now on: its files are looked at once a second, and read again on SIGHUP. One that is
     * refused, or changes what needs a restart, is logged and changes nothing.
     */
    public void follow(ConfigWatch<GatewayConfig> watch) {
        watch.onChange(this::prepare);
        Following following = new Following(watch);
        lifecycle.onStop("configuration", STOP_STEP, following::close);
    }

    /**
     * Prepares to go over to another configuration, as {@link ConfigWatch} asks for.
     *
     * @return what goes over to it
     * @throws IllegalArgumentException where it changes what needs a restart, naming the keys, or does not load
     */
    Runnable prepare(GatewayConfig before, GatewayConfig next) {
        List<String> fixed = ConfigChanges.needingRestart(plane.live().config(), next);
        if (!fixed.isEmpty()) {
            throw new IllegalArgumentException(
                    String.join(", ", fixed) + ": changed (expected: the same as before, or a restart)");
        }
        accounts.ifPresent(stored -> stored.check(next.auth()));
        // Before the first of them is changed: a pair of which one does not load leaves both as they are.
        next.listener().tls().ifPresent(TlsMaterial::server);
        next.admin().tls().ifPresent(TlsMaterial::server);
        Snapshot prepared = plane.prepare(next);
        boolean complete = false;
        try {
            updateTls("listener.tls", listener, next.listener().tls());
            updateTls("admin.tls", admin, next.admin().tls());
            complete = true;
        } finally {
            if (!complete) {
                plane.discard(prepared);
            }
        }
        return () -> {
            if (!next.log().equals(plane.live().config().log())) {
                Logging.configure(next.log().format(), next.log().level());
            }
            plane.swap(prepared);
        };
    }

    private static void updateTls(String key, Listening listening, Optional<ServerTls> tls) {
        if (tls.isPresent()) {
            try {
                Blocking.started(key, listening.updateTls(tls.get()).toCompletionStage(), STOP_STEP);
            } catch (GatewayStartException failure) {
                throw new IllegalArgumentException(failure.getMessage(), failure);
            }
        }
    }

    /**
     * Stops in order: streams that run are ended by their clients or by the drain clock. A second call waits for the first.
     * Returns when all is done, after at most the drain clock and a minute.
     */
    @Override
    public void close() {
        lifecycle.stop();
        LOG.info("stopped");
    }
}
