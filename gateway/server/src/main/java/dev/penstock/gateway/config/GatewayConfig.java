package dev.penstock.gateway.config;

import dev.penstock.routing.model.VirtualModels;
import dev.penstock.routing.price.PriceTable;
import dev.penstock.runtime.config.Default;
import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.net.ListenerConfig;
import java.util.List;
import java.util.Optional;

/**
 * The gateway's configuration, whole and valid: one immutable snapshot. What the records cannot say alone is checked
 * here: no two upstreams share an id, open mode stays on the loopback interface, and a body fits the total buffer.
 */
@Doc("The configuration of a gateway, `penstock gateway -c FILE`. Every key has a default: an empty file is valid.")
public record GatewayConfig(
        @Doc("The public listener: the OpenAI-compatible API.") @Default("{}")
        ListenerConfig listener,

        @Doc("""
                The admin listener: `/health/live`, `/health/ready`, `/metrics`, `/pool` and what is below `/admin/`, told in
                `/admin/openapi.json`. But for tenants, keys and the audit (`auth.admin-keys`) it asks for no key, so it
                belongs on the loopback interface or on a network that only operators and probes reach. Nothing of it is
                served by the public listener.""") @Default("{port: 9090}") ListenerConfig admin,

        @Doc("Who may ask, and how often.") @Default("{}") AuthConfig auth,

        @Doc("Who is told when budgets are spent.") @Default("{}")
        BudgetsConfig budgets,

        @Doc("How much of everything the gateway holds at once.") @Default("{}")
        LimitsConfig limits,

        @Doc("How long everything may take.") @Default("{}") ClocksConfig clocks,

        @Doc("Who gets a request.") @Default("{}") RoutingConfig routing,

        @Doc("How workers are judged.") @Default("{}") HealthConfig health,

        @Doc("Membership of the pool; without it the gateway serves its `upstreams` alone.")
        Optional<ClusterConfig> cluster,

        @Doc("How the process uses its machine.") @Default("{}")
        ProcessConfig process,

        @Doc("Where this gateway runs; told in `/pool`.") @Default("{}")
        SiteConfig site,

        @Doc("Servers that are not ours, as workers; at most 1,000.")
        List<UpstreamConfig> upstreams,

        @Doc("Names that stand for other models; at most 256.")
        List<VirtualModelConfig> models,

        @Doc("How good the models are; at most 1,000.") List<QualityConfig> qualities,

        @Doc("How difficult a request is taken to be.") @Default("{}")
        DifficultyConfig difficulty,

        @Doc("What models cost where their workers do not say; at most 4,096.")
        List<DatedPriceConfig> prices,

        @Doc("Where usage, and keys made at run time, are kept; without it there is no ledger.")
        Optional<StoreConfig> store,

        @Doc("Answers from memory; without it there are none.")
        Optional<CacheConfig> cache,

        @Doc("What is logged.") @Default("{}") LogConfig log) {
    private static final int MAX_UPSTREAMS = 1000;
    private static final int MAX_VIRTUAL_MODELS = 256;
    private static final int MAX_QUALITIES = 1000;

    public GatewayConfig {
        upstreams = List.copyOf(upstreams);
        if (upstreams.size() > MAX_UPSTREAMS) {
            throw new IllegalArgumentException(
                    "upstreams: " + upstreams.size() + " (expected: at most " + MAX_UPSTREAMS + ")");
        }
        Names.requireDistinct(
                "upstreams", "id", upstreams.stream().map(UpstreamConfig::id).toList());
        models = List.copyOf(models);
        qualities = List.copyOf(qualities);
        prices = List.copyOf(prices);
        requireAtMost("models", models.size(), MAX_VIRTUAL_MODELS);
        requireAtMost("qualities", qualities.size(), MAX_QUALITIES);
        VirtualModelTables.check(models, qualities, upstreams, cluster.isPresent());
        var unused = VirtualModelTables.prices(prices);
        if (auth.mode() == AuthMode.OPEN && !Addresses.isLoopback(listener.host())) {
            throw new IllegalArgumentException("auth: mode open on " + listener.host()
                    + ", which other machines reach (expected: `mode: keys`, or a loopback `listener.host`)");
        }
        if (auth.mode() == AuthMode.KEYS
                && auth.keys().isEmpty()
                && store.isEmpty()
                && !Addresses.isLoopback(listener.host())) {
            throw new IllegalArgumentException("auth: no keys, and no `store` that may have some, on " + listener.host()
                    + " (expected: `keys`, a `store`, or a loopback `listener.host`)");
        }
        if (store.isEmpty()) {
            auth.budgeted().ifPresent(whose -> {
                throw new IllegalArgumentException(
                        "auth: budgets of " + whose + " without a store to count them in (expected: a `store`)");
            });
        }
        if (cache.map(CacheConfig::spill).orElse(false) && store.isEmpty()) {
            throw new IllegalArgumentException(
                    "cache: spill without a store to keep answers in (expected: a `store`, or `spill: false`)");
        }
        if (limits.totalBuffer().compareTo(listener.maxBody()) < 0) {
            throw new IllegalArgumentException("limits: total-buffer " + limits.totalBuffer()
                    + " (expected: at least listener.max-body, " + listener.maxBody() + ")");
        }
        if (listener.port() != 0 && listener.port() == admin.port()) {
            throw new IllegalArgumentException(
                    "admin: port " + admin.port() + " is the public listener's (expected: another)");
        }
    }

    private static void requireAtMost(String key, int count, int most) {
        if (count > most) {
            throw new IllegalArgumentException(key + ": " + count + " (expected: at most " + most + ")");
        }
    }

    /** The same with other accounts. */
    public GatewayConfig withAuth(AuthConfig other) {
        return new GatewayConfig(
                listener,
                admin,
                other,
                budgets,
                limits,
                clocks,
                routing,
                health,
                cluster,
                process,
                site,
                upstreams,
                models,
                qualities,
                difficulty,
                prices,
                store,
                cache,
                log);
    }

    /** Whether only this machine reaches the admin listener. */
    public boolean adminIsLocal() {
        return Addresses.isLoopback(admin.host());
    }

    /** The virtual models as routing knows them. */
    public VirtualModels virtualModels() {
        return VirtualModelTables.virtualModels(models, qualities, upstreams, cluster.isPresent());
    }

    /** The prices as routing knows them. */
    public PriceTable priceTable() {
        return VirtualModelTables.prices(prices);
    }
}
