package dev.penstock.gateway;

import dev.penstock.gateway.admission.LimitAdmission;
import dev.penstock.gateway.cluster.Engine;
import dev.penstock.gateway.cluster.EngineQuery;
import dev.penstock.gateway.cluster.EngineSignals;
import dev.penstock.gateway.cluster.HttpEngineSignals;
import dev.penstock.gateway.cluster.OllamaSignals;
import dev.penstock.gateway.cluster.ProbePlan;
import dev.penstock.gateway.cluster.StaticWorker;
import dev.penstock.gateway.cluster.SummaryPoll;
import dev.penstock.gateway.config.AuthConfig;
import dev.penstock.gateway.config.AuthMode;
import dev.penstock.gateway.config.ClocksConfig;
import dev.penstock.gateway.config.GatewayConfig;
import dev.penstock.gateway.config.HealthConfig;
import dev.penstock.gateway.config.LimitsConfig;
import dev.penstock.gateway.config.RoutingConfig;
import dev.penstock.gateway.config.UpstreamConfig;
import dev.penstock.gateway.config.UpstreamKind;
import dev.penstock.gateway.config.UpstreamModelConfig;
import dev.penstock.gateway.embedding.EmbeddingCounts;
import dev.penstock.gateway.models.EmbeddedExamples;
import dev.penstock.gateway.models.ExampleSimilarity;
import dev.penstock.gateway.models.VirtualModelResolver;
import dev.penstock.gateway.pipeline.Authenticator;
import dev.penstock.gateway.pipeline.NamedPolicy;
import dev.penstock.gateway.pipeline.PipelineSettings;
import dev.penstock.gateway.pipeline.Relay;
import dev.penstock.gateway.tenancy.KeyAuthenticator;
import dev.penstock.gateway.tenancy.OpenAuthenticator;
import dev.penstock.gateway.upstream.RelaySettings;
import dev.penstock.protocol.JsonLimits;
import dev.penstock.protocol.announcement.PoolSummary;
import dev.penstock.routing.policy.PolicySpec;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/**
 * What requests run on: one configuration and everything made of it. Immutable, swapped whole; a request that began on one
 * may end on the next, each of its stages on one of them.
 *
 * @param config with the accounts of the store beside its own
 * @param declared the accounts of its own
 */
record Snapshot(
        GatewayConfig config,
        AuthConfig declared,
        VirtualModelResolver models,
        Authenticator authenticator,
        LimitAdmission admission,
        NamedPolicy policy,
        WorthTable worth,
        WorkerAccess access,
        Dialling dialling,
        Relay relay,
        Handler<HttpServerRequest> routes) {

    static Authenticator authenticator(GatewayConfig config, InstantSource clock) {
        return config.auth().mode() == AuthMode.OPEN
                ? new OpenAuthenticator()
                : new KeyAuthenticator(config.auth(), clock);
    }

    /** The same but for who may ask, and how much. Everything else goes on, with the state it has. */
    Snapshot withAccounts(GatewayConfig next, Authenticator authenticatorOfThem) {
        return new Snapshot(
                next,
                declared,
                models,
                authenticatorOfThem,
                admission.reloaded(next.auth()),
                policy,
                new WorthTable(next),
                access,
                dialling,
                relay,
                routes);
    }

    /** A policy that has not changed goes on, with the state it has. */
    static NamedPolicy policy(RoutingConfig config, Optional<NamedPolicy> before) {
        PolicySpec spec = config.spec();
        return before.filter(now -> now.spec().equals(spec)).orElseGet(() -> new NamedPolicy(spec, spec.create()));
    }

    static VirtualModelResolver models(GatewayConfig config, ExampleSimilarity before, EmbeddingCounts counts) {
        return new VirtualModelResolver(
                config.virtualModels(),
                config.difficulty().model(),
                EmbeddedExamples.of(config.difficulty().examples(), before, counts));
    }

    static PipelineSettings pipelineSettings(GatewayConfig config) {
        ClocksConfig clocks = config.clocks();
        return new PipelineSettings(
                config.routing().maxAttempts(),
                PipelineSettings.DEFAULT.retryBurst(),
                config.limits().queuePerModel(),
                clocks.queueWait(),
                clocks.deadline(),
                clocks.writeStall(),
                config.routing().constraints().constraints(),
                config.routing().hedge().budget(),
                config.limits().waitForLimits());
    }

    static RelaySettings relaySettings(GatewayConfig config) {
        ClocksConfig clocks = config.clocks();
        LimitsConfig limits = config.limits();
        return new RelaySettings(
                clocks.firstToken(),
                clocks.interToken(),
                clocks.writeStall(),
                limits.sseLine().intBytes(),
                limits.streamBuffer().intBytes(),
                limits.answer().bytes(),
                RelaySettings.DEFAULT.maxFrames());
    }

    static JsonLimits jsonLimits(LimitsConfig limits) {
        JsonLimits defaults = JsonLimits.DEFAULT;
        return new JsonLimits(
                limits.jsonDepth(), defaults.maxNumberLength(), defaults.maxNameLength(), defaults.maxTokens());
    }

    static List<StaticWorker> upstreams(
            GatewayConfig config, BiFunction<UpstreamConfig, Duration, EngineSignals> signals, SummaryPoll summaries) {
        return config.upstreams().stream()
                .map(upstream -> staticWorker(upstream, config.health(), signals, summaries))
                .toList();
    }

    private static StaticWorker staticWorker(
            UpstreamConfig upstream,
            HealthConfig health,
            BiFunction<UpstreamConfig, Duration, EngineSignals> signals,
            SummaryPoll summaries) {
        boolean penstock = upstream.kind() == UpstreamKind.PENSTOCK;
        Duration timeout = upstream.probeTimeout(health.probeTimeout());
        return new StaticWorker(
                upstream.workerId(),
                upstream.endpoint(),
                upstream.accelerator(),
                upstream.routingSite(),
                upstream.mostRequests(),
                upstream.servedModels(),
                new ProbePlan(
                        Optional.of(penstock ? PoolSummary.PATH : upstream.healthPath()),
                        upstream.probeInterval(health.probeInterval()),
                        timeout),
                signals.apply(upstream, timeout),
                penstock ? Optional.of(summaries) : Optional.empty());
    }

    /**
     * What an upstream's engine says of itself.
     *
     * @param query how it is asked
     */
    static EngineSignals signals(UpstreamConfig upstream, EngineQuery query) {
        return switch (upstream.engine()) {
            case NONE -> EngineSignals.NONE;
            case VLLM -> new HttpEngineSignals(Engine.VLLM, query);
            case SGLANG -> new HttpEngineSignals(Engine.SGLANG, query);
            case LLAMA_CPP -> new HttpEngineSignals(Engine.LLAMA_CPP, query);
            case TGI -> new HttpEngineSignals(Engine.TGI, query);
            case OLLAMA ->
                new OllamaSignals(
                        query,
                        upstream.models().stream()
                                .collect(
                                        Collectors.toMap(UpstreamModelConfig::modelId, UpstreamModelConfig::wireName)));
        };
    }
}
