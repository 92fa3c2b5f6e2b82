package dev.penstock.gateway;

import dev.penstock.gateway.accounts.AccountMerge;
import dev.penstock.gateway.accounts.Accounts;
import dev.penstock.gateway.admin.Explainer;
import dev.penstock.gateway.admission.AddressGuard;
import dev.penstock.gateway.admission.LimitAdmission;
import dev.penstock.gateway.admission.PromptTokenizer;
import dev.penstock.gateway.admission.SharedLimits;
import dev.penstock.gateway.cache.AnswerCache;
import dev.penstock.gateway.cache.SharedAnswers;
import dev.penstock.gateway.cluster.EngineQuery;
import dev.penstock.gateway.cluster.EngineSignals;
import dev.penstock.gateway.cluster.HttpSummaryPoll;
import dev.penstock.gateway.cluster.HttpWorkerProbe;
import dev.penstock.gateway.cluster.Membership;
import dev.penstock.gateway.cluster.PoolClock;
import dev.penstock.gateway.cluster.PoolFleet;
import dev.penstock.gateway.config.AuthConfig;
import dev.penstock.gateway.config.ClusterConfig;
import dev.penstock.gateway.config.GatewayConfig;
import dev.penstock.gateway.config.UpstreamConfig;
import dev.penstock.gateway.embedding.EmbeddingCounts;
import dev.penstock.gateway.http.OpenAiRoutes;
import dev.penstock.gateway.http.OpenAiSettings;
import dev.penstock.gateway.http.Peering;
import dev.penstock.gateway.models.ExampleSimilarity;
import dev.penstock.gateway.models.VirtualModelResolver;
import dev.penstock.gateway.pipeline.Authenticator;
import dev.penstock.gateway.pipeline.BufferBudget;
import dev.penstock.gateway.pipeline.ClientExchange;
import dev.penstock.gateway.pipeline.Credentials;
import dev.penstock.gateway.pipeline.DryRun;
import dev.penstock.gateway.pipeline.Expectations;
import dev.penstock.gateway.pipeline.Hops;
import dev.penstock.gateway.pipeline.InferenceRequest;
import dev.penstock.gateway.pipeline.Loop;
import dev.penstock.gateway.pipeline.ModelResolver;
import dev.penstock.gateway.pipeline.NamedPolicy;
import dev.penstock.gateway.pipeline.Pipeline;
import dev.penstock.gateway.pipeline.PipelineSettings;
import dev.penstock.gateway.pipeline.Ports;
import dev.penstock.gateway.pipeline.Principal;
import dev.penstock.gateway.pipeline.QueueCounts;
import dev.penstock.gateway.pipeline.Relay;
import dev.penstock.gateway.pipeline.ResponseCache;
import dev.penstock.gateway.pipeline.RoutingContexts;
import dev.penstock.gateway.pipeline.Settlement;
import dev.penstock.gateway.pipeline.Spending;
import dev.penstock.gateway.telemetry.DecisionLog;
import dev.penstock.gateway.telemetry.ReservationMeters;
import dev.penstock.gateway.upstream.UpstreamAccess;
import dev.penstock.gateway.upstream.WorkerRelay;
import dev.penstock.protocol.announcement.ClusterSecret;
import dev.penstock.routing.RoutePlan;
import dev.penstock.routing.Worker;
import dev.penstock.runtime.net.Drain;
import dev.penstock.store.Database;
import io.github.bucket4j.TimeMeter;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What serves requests: the pool, the pipeline over it, and the snapshot both read their configuration from. */
final class DataPlane {
    private static final long LIMITS_TICK_MILLIS = 500;
    private static final Duration GIVE_BACK = Duration.ofSeconds(2);

    private final Vertx vertx;
    private final ClusterSecret secret;
    private final PoolFleet fleet;
    private final Optional<Membership> membership;
    private final PoolClock clock;
    private final long limitsTimer;
    private final AddressGuard addresses = new AddressGuard(TimeMeter.SYSTEM_NANOTIME);
    private final PromptTokenizer tokenizer = new PromptTokenizer();
    private final ReservationMeters reservations;
    private final BufferBudget budget;
    private final Drain drain = new Drain();
    private final EmbeddingCounts embeddings = new EmbeddingCounts();
    private final Explainer explainer;
    private final DecisionLog decisions = new DecisionLog(InstantSource.system());
    private final Optional<SharedMemory> shared;
    private final Optional<AnswerCache> memory;
    private final Pipeline pipeline;
    private final PoolSummaries summaries;
    private final HttpSummaryPoll summaryPoll;
    private final Hops here;
    private final long startedEpochSeconds = InstantSource.system().millis() / 1000;
    private final AccountMerge merge = new AccountMerge();

    /** Guards going over from one snapshot to the next, and what was merged into it. */
    private final Object changing = new Object();

    private Accounts accounts = Accounts.NONE;
    private volatile Consumer<GatewayConfig> beforehand = config -> {};
    private volatile PipelineSettings numbers;
    private final AtomicReference<@Nullable Snapshot> live = new AtomicReference<>();

    /**
     * Puts it together; nothing is dialled yet but probes.
     *
     * @param spending what may be spent
     * @param database of the store, once it was reached
     * @param settlement what is done with finished requests, given the pool they ran on
     * @throws IllegalArgumentException for what only shows when it is put to use, such as TLS material
     */
    DataPlane(
            Vertx vertx,
            GatewayConfig config,
            Spending spending,
            Supplier<Optional<Database>> database,
            Function<PoolFleet, Settlement> settlement) {
        this.vertx = vertx;
        secret = config.cluster()
                .flatMap(ClusterConfig::secret)
                .map(given -> ClusterSecret.of(given.reveal()))
                .orElseGet(() -> ClusterSecret.random(new SecureRandom()));
        here = new Hops(List.of(HexFormat.of().toHexDigits(new SecureRandom().nextLong())));
        summaryPoll = new HttpSummaryPoll(
                here.text(), this::prober, worker -> live().access().headers(worker), this::linkMeasured);
        fleet = new PoolFleet(secret, PoolTerms.endpoints(config), PoolTerms.rules(config), probe());
        membership = config.cluster()
                .map(cluster -> new Membership(PoolTerms.member(cluster, config), secret, fleet, cluster.retention()));
        numbers = Snapshot.pipelineSettings(config);
        budget = new BufferBudget(config.limits().totalBuffer().bytes());
        Expectations expectations = new Expectations();
        reservations = new ReservationMeters(fleet::directory);
        ModelResolver models = (principal, request) -> live().models().resolve(principal, request);
        RoutingContexts contexts = new RequestContexts(expectations, () -> live().worth());
        SplittableRandom random = new SplittableRandom(new SecureRandom().nextLong());
        SplittableRandom dry = random.split();
        explainer = new RequestExplainer(
                () -> live().config(),
                new DryRun(models, contexts, () -> live().policy(), fleet, () -> numbers),
                () -> draw(dry),
                System::nanoTime);
        shared = config.cache()
                .flatMap(cache -> membership.map(each -> new SharedMemory(each, PoolTerms.mebibytes(cache))));
        memory = AnswerMemory.of(
                config,
                () -> Optional.ofNullable(live.get()).map(Snapshot::config).orElse(config),
                secret,
                shared.map(SharedAnswers.class::cast).orElse(SharedAnswers.NONE),
                database,
                vertx,
                embeddings);
        Ports ports = new Ports(
                this::authenticate,
                new LiveAdmission(() -> live().admission()),
                spending,
                memory.map(ResponseCache.class::cast).orElse(ResponseCache.NONE),
                models,
                contexts,
                () -> live().policy(),
                decisions,
                fleet,
                this::relay,
                budget,
                settlement.apply(fleet));
        // Drawn from under the pipeline's lock.
        pipeline = new Pipeline(ports, () -> numbers, Loop.of(vertx), drain, random);
        summaries = new PoolSummaries(
                vertx, here.text(), fleet, pipeline, () -> live().models().models());
        live.set(snapshot(
                config,
                config.auth(),
                new Dialling(vertx, Dialling.Terms.of(config), this::access, fleet::current, fleet::reported),
                LimitAdmission.of(
                        config.auth(),
                        TimeMeter.SYSTEM_NANOTIME,
                        membership
                                .map(ClusterLimits::new)
                                .map(SharedLimits.class::cast)
                                .orElse(SharedLimits.NONE),
                        new LearnedTokens(expectations, tokenizer, reservations))));
        decisions.configure(config.routing().decisionLog());
        fleet.replacePrices(config.priceTable());
        fleet.replaceUpstreams(Snapshot.upstreams(config, this::signals, summaryPoll));
        clock = new PoolClock(fleet);
        limitsTimer =
                vertx.setPeriodic(LIMITS_TICK_MILLIS, tick -> live().admission().tick());
    }

    private Future<Principal> authenticate(Credentials credentials) {
        return live().authenticator().authenticate(credentials);
    }

    private static long draw(SplittableRandom random) {
        synchronized (random) {
            return random.nextLong();
        }
    }

    private HttpWorkerProbe probe() {
        return new HttpWorkerProbe(this::prober, worker -> live().access().headers(worker), this::linkMeasured);
    }

    private EngineSignals signals(UpstreamConfig upstream, Duration timeout) {
        return Snapshot.signals(
                upstream,
                new EngineQuery(this::prober, worker -> live().access().headers(worker), timeout));
    }

    private HttpClient prober(Worker worker) {
        Snapshot now = live();
        return now.dialling().probe(now.access().tlsOf(worker.id()));
    }

    private boolean silent(Worker worker) {
        return fleet.load().fellSilent(worker.slot());
    }

    private void linkMeasured(Worker worker, long nanos) {
        fleet.linkMeasured(worker, nanos);
    }

    private Optional<UpstreamAccess> access(Worker worker) {
        return live().access().of(worker);
    }

    private Snapshot snapshot(GatewayConfig config, AuthConfig declared, Dialling dialling, LimitAdmission admission) {
        config.routing().decisionLog().ifPresent(DecisionLog::check);
        Authenticator authenticator = authenticator(config);
        OpenAiSettings settings = new OpenAiSettings(
                config.listener().maxBody(),
                config.listener().bodyTimeout(),
                Snapshot.jsonLimits(config.limits()),
                startedEpochSeconds,
                config.log().requests(),
                config.virtualModels().names());
        NamedPolicy policy = Snapshot.policy(
                config.routing(), Optional.ofNullable(live.get()).map(Snapshot::policy));
        // Last of what can be refused: it holds a model.
        VirtualModelResolver models = Snapshot.models(config, examples(), embeddings);
        return new Snapshot(
                config,
                declared,
                models,
                authenticator,
                admission,
                policy,
                new WorthTable(config),
                new WorkerAccess(config, secret, fleet::announced),
                dialling,
                new WorkerRelay(
                        dialling.egress(), budget, Snapshot.relaySettings(config), Loop.of(vertx), this::silent),
                new OpenAiRoutes(
                        vertx, pipeline, this::authenticate, fleet, budget, settings, new Peering(here, summaries)));
    }

    /** Those that requests are compared with now. */
    private ExampleSimilarity examples() {
        return Optional.ofNullable(live.get())
                .map(now -> now.models().examples())
                .orElse(ExampleSimilarity.NONE);
    }

    private Future<Relay.Result> relay(
            RoutePlan.Attempt attempt,
            InferenceRequest request,
            ClientExchange client,
            Relay.Answering answering,
            long deadlineNanos) {
        while (true) {
            Snapshot now = live();
            Drain.Ticket ticket = now.dialling().use();
            if (now.dialling().usable()) {
                return now.relay()
                        .relay(attempt, request, client, answering, deadlineNanos)
                        .onComplete(ended -> ticket.close());
            }
            ticket.close(); // swapped since we looked: its connections may be closed by now
        }
    }

    /** What requests run on now. */
    Snapshot live() {
        Snapshot now = live.get();
        if (now == null) {
            throw new IllegalStateException("not yet put together");
        }
        return now;
    }

    /**
     * What requests would run on by another configuration. Its connections are those there are, where nothing about them
     * has changed. Nothing that runs is touched.
     *
     * @throws IllegalArgumentException for what only shows when it is put to use, such as TLS material
     */
    Snapshot prepare(GatewayConfig next) {
        Dialling.Terms terms = Dialling.Terms.of(next);
        Dialling now = live().dialling();
        Dialling dialling = now.terms().equals(terms)
                ? now
                : new Dialling(vertx, terms, this::access, fleet::current, fleet::reported);
        boolean complete = false;
        try {
            GatewayConfig merged = merged(next);
            Snapshot prepared =
                    snapshot(merged, next.auth(), dialling, live().admission().reloaded(merged.auth()));
            complete = true;
            return prepared;
        } finally {
            if (!complete) {
                discard(dialling);
            }
        }
    }

    /** What is to know of accounts, and those of the store among them, before requests are authenticated by them. */
    void beforeAccounts(Consumer<GatewayConfig> told) {
        beforehand = told;
    }

    private Authenticator authenticator(GatewayConfig config) {
        return addresses.guarding(config.auth(), Snapshot.authenticator(config, InstantSource.system()));
    }

    private GatewayConfig merged(GatewayConfig next) {
        synchronized (changing) {
            return next.withAuth(merge.of(next.auth(), accounts));
        }
    }

    /** Goes over to other accounts of the store: what requests run on changes in nothing else. */
    void accounts(Accounts stored) {
        synchronized (changing) {
            Snapshot before = live();
            GatewayConfig next = before.config().withAuth(merge.of(before.declared(), stored));
            accounts = stored;
            if (!next.auth().equals(before.config().auth())) {
                Snapshot changed = before.withAccounts(next, authenticator(next));
                beforehand.accept(next);
                changed.admission().begin();
                live.set(changed);
            }
        }
    }

    /** Lets go of what was prepared and is not wanted. */
    void discard(Snapshot prepared) {
        discard(prepared.dialling());
        if (prepared.models().examples() != examples()) {
            prepared.models().examples().close();
        }
    }

    private void discard(Dialling prepared) {
        if (prepared != live().dialling()) {
            prepared.close();
        }
    }

    /** Goes over to what was prepared. */
    void swap(Snapshot next) {
        synchronized (changing) {
            goOver(next);
            accounts(accounts); // which may be others than when it was prepared
        }
    }

    private void goOver(Snapshot next) {
        Snapshot before = live();
        numbers = Snapshot.pipelineSettings(next.config());
        beforehand.accept(next.config());
        next.admission().begin();
        live.set(next);
        decisions.configure(next.config().routing().decisionLog());
        fleet.replaceRules(PoolTerms.rules(next.config()));
        fleet.replacePrices(next.config().priceTable());
        fleet.replaceUpstreams(Snapshot.upstreams(next.config(), this::signals, summaryPoll));
        if (before.dialling() != next.dialling()) {
            before.dialling().retire(vertx);
        }
        if (before.models().examples() != next.models().examples()) {
            before.models().examples().close();
        }
    }

    PoolFleet fleet() {
        return fleet;
    }

    Optional<Membership> membership() {
        return membership;
    }

    ClusterSecret secret() {
        return secret;
    }

    Drain drain() {
        return drain;
    }

    QueueCounts queueCounts() {
        return pipeline.queueCounts();
    }

    PoolView view() {
        return new PoolView(() -> live().config().site().site(), fleet, membership, secret, pipeline);
    }

    PoolSummaries summaries() {
        return summaries;
    }

    Explainer explainer() {
        return explainer;
    }

    DecisionLog decisions() {
        return decisions;
    }

    ReservationMeters reservations() {
        return reservations;
    }

    EmbeddingCounts embeddings() {
        return embeddings;
    }

    Optional<AnswerCache> memory() {
        return memory;
    }

    BufferBudget budget() {
        return budget;
    }

    /** Ends what runs beside requests. Blocks while this gateway leaves the cluster. */
    void close() {
        vertx.cancelTimer(limitsTimer);
        Blocking.tried(live().admission().close(), GIVE_BACK);
        shared.ifPresent(SharedMemory::close);
        membership.ifPresent(Membership::close);
        clock.close();
        live().dialling().close();
        examples().close();
        memory.ifPresent(AnswerCache::close);
        decisions.close();
        tokenizer.close();
    }
}
