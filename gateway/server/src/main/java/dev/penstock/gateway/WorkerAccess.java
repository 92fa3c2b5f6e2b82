package dev.penstock.gateway;

import dev.penstock.gateway.config.CredentialConfig;
import dev.penstock.gateway.config.GatewayConfig;
import dev.penstock.gateway.config.UpstreamConfig;
import dev.penstock.gateway.config.UpstreamModelConfig;
import dev.penstock.gateway.upstream.UpstreamAccess;
import dev.penstock.protocol.announcement.ClusterSecret;
import dev.penstock.routing.Worker;
import dev.penstock.routing.WorkerId;
import dev.penstock.runtime.config.Secret;
import dev.penstock.runtime.net.ClientTls;
import java.util.HashMap;
import java.util.Map;

/** How each worker is used, by one configuration: what it is shown, how its certificate is judged, its model names. */
final class WorkerAccess {
    private final Map<WorkerId, UpstreamAccess> upstreams = new HashMap<>();
    private final Map<WorkerId, ClientTls> tls = new HashMap<>();
    private final Map<String, String> poolCredential;
    private final ClientTls poolTls;

    WorkerAccess(GatewayConfig config, ClusterSecret secret) {
        poolCredential = Map.of("authorization", "Bearer " + secret.workerCallToken());
        poolTls = config.cluster().flatMap(cluster -> cluster.workerTls()).orElseGet(ClientTls::system);
        for (UpstreamConfig upstream : config.upstreams()) {
            ClientTls own = upstream.tls().orElseGet(ClientTls::system);
            tls.put(upstream.workerId(), own);
            upstreams.put(
                    upstream.workerId(),
                    new UpstreamAccess(upstream.endpoint(), credential(upstream.credential()), own, names(upstream)));
        }
    }

    /** How requests are sent to a worker. One that announced itself is shown what only members of the pool know. */
    UpstreamAccess of(Worker worker) {
        UpstreamAccess configured = upstreams.get(worker.id());
        return configured != null
                ? configured
                : new UpstreamAccess(worker.endpoint(), poolCredential, poolTls, Map.of());
    }

    /** What a worker is shown to be let in. */
    Map<String, String> headers(WorkerId worker) {
        UpstreamAccess configured = upstreams.get(worker);
        return configured != null ? configured.credential() : poolCredential;
    }

    /** How a worker's certificate is judged. */
    ClientTls tlsOf(WorkerId worker) {
        return tls.getOrDefault(worker, poolTls);
    }

    private static Map<String, String> credential(CredentialConfig config) {
        return switch (config) {
            case CredentialConfig.None none -> Map.of();
            case CredentialConfig.Bearer(Secret secret) -> Map.of("authorization", "Bearer " + value(secret));
            case CredentialConfig.Header(String name, Secret secret) -> Map.of(name, value(secret));
        };
    }

    /** A secret fit for a header: what else is in it, a line break above all, would be read as something else. */
    private static String value(Secret secret) {
        String value = secret.reveal();
        if (value.chars().anyMatch(c -> c < 0x20 || c > 0x7e)) {
            throw new IllegalArgumentException(
                    secret.reference() + ": not fit for a header (expected: visible ASCII characters)");
        }
        return value;
    }

    private static Map<String, String> names(UpstreamConfig upstream) {
        Map<String, String> names = new HashMap<>();
        for (UpstreamModelConfig model : upstream.models()) {
            model.upstreamName().ifPresent(name -> names.put(model.name(), name));
        }
        return names;
    }
}
