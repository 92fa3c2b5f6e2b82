package dev.penstock.gateway;

import dev.penstock.gateway.config.CredentialConfig;
import dev.penstock.gateway.config.GatewayConfig;
import dev.penstock.gateway.config.UpstreamConfig;
import dev.penstock.gateway.config.UpstreamKind;
import dev.penstock.gateway.config.UpstreamModelConfig;
import dev.penstock.gateway.upstream.UpstreamAccess;
import dev.penstock.gateway.upstream.UpstreamAccess.Peer;
import dev.penstock.protocol.announcement.ClusterSecret;
import dev.penstock.routing.Worker;
import dev.penstock.routing.WorkerId;
import dev.penstock.runtime.config.Secret;
import dev.penstock.runtime.net.ClientTls;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** How each worker is used, by one configuration: what it is shown, how its certificate is judged, its model names. */
final class WorkerAccess {
    private final Map<WorkerId, UpstreamAccess> upstreams = new HashMap<>();
    private final Map<WorkerId, ClientTls> tls = new HashMap<>();
    private final Map<String, String> poolCredential;
    private final ClientTls poolTls;
    private final Predicate<Worker> announced;

    /**
     * Access by a configuration.
     *
     * @param announced whether a worker is in the pool by its own word
     */
    WorkerAccess(GatewayConfig config, ClusterSecret secret, Predicate<Worker> announced) {
        this.announced = announced;
        poolCredential = Map.of("authorization", "Bearer " + secret.workerCallToken());
        poolTls = config.cluster().flatMap(cluster -> cluster.workerTls()).orElseGet(ClientTls::system);
        for (UpstreamConfig upstream : config.upstreams()) {
            ClientTls own = upstream.tls().orElseGet(ClientTls::system);
            tls.put(upstream.workerId(), own);
            upstreams.put(
                    upstream.workerId(),
                    new UpstreamAccess(
                            upstream.endpoint(),
                            credential(upstream.credential()),
                            own,
                            names(upstream),
                            upstream.maxTokensOnly(),
                            upstream.kind() == UpstreamKind.PENSTOCK ? Peer.PENSTOCK : Peer.OTHER));
        }
    }

    /**
     * How requests are sent to a worker. One that announced itself is shown what only members of the pool know. Empty for
     * one that is neither: an upstream that the configuration named until now.
     */
    Optional<UpstreamAccess> of(Worker worker) {
        Optional<UpstreamAccess> configured = Optional.ofNullable(upstreams.get(worker.id()));
        return configured.isPresent() || !announced.test(worker)
                ? configured
                : Optional.of(
                        new UpstreamAccess(worker.endpoint(), poolCredential, poolTls, Map.of(), false, Peer.WORKER));
    }

    /** What a worker is shown to be let in. */
    Map<String, String> headers(Worker worker) {
        return of(worker).map(access -> access.headersFor(worker.endpoint())).orElse(Map.of());
    }

    /** How a worker's certificate is judged. */
    ClientTls tlsOf(WorkerId worker) {
        return tls.getOrDefault(worker, poolTls);
    }

    private static Map<String, String> credential(CredentialConfig config) {
        return switch (config) {
            case CredentialConfig.None none -> Map.of();
            case CredentialConfig.Bearer(Secret secret) -> Map.of("authorization", "Bearer " + secret.reveal());
            case CredentialConfig.Header(String name, Secret secret) -> Map.of(name, secret.reveal());
        };
    }

    private static Map<String, String> names(UpstreamConfig upstream) {
        Map<String, String> names = new HashMap<>();
        for (UpstreamModelConfig model : upstream.models()) {
            model.upstreamName().ifPresent(name -> names.put(model.name(), name));
        }
        return names;
    }
}
