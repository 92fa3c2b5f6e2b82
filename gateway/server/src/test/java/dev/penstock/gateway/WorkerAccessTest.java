package dev.penstock.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.gateway.config.GatewayConfig;
import dev.penstock.protocol.announcement.ClusterSecret;
import dev.penstock.routing.Accelerator;
import dev.penstock.routing.Site;
import dev.penstock.routing.Worker;
import dev.penstock.routing.WorkerId;
import dev.penstock.runtime.config.ConfigLoader;
import dev.penstock.runtime.config.SecretResolver;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WorkerAccessTest {
    private static final ClusterSecret SECRET = ClusterSecret.of("a secret of one test, long enough");
    private static final GatewayConfig CONFIG = ConfigLoader.with(SecretResolver.of(Map.of("KEY", "its-own")))
            .parse(
                    "gateway.yaml",
                    "upstreams: [{id: up, url: 'https://api.example/v1', models: [{name: m}],"
                            + " credential: {type: bearer, secret: env:KEY}}]",
                    Path.of(""),
                    GatewayConfig.class)
            .orThrow();

    private static Worker worker(String id, String endpoint) {
        return new Worker(new WorkerId(id), 0, URI.create(endpoint), Accelerator.CPU, Site.LOCAL, 1, List.of());
    }

    private static WorkerAccess access(boolean announced) {
        return new WorkerAccess(CONFIG, SECRET, worker -> announced);
    }

    @Test
    void anUpstreamIsShownItsOwnCredentialAtItsOwnOrigin() {
        Map<String, String> own = Map.of("authorization", "Bearer its-own");
        assertEquals(own, access(false).headers(worker("up", "https://api.example")));
        assertEquals(Map.of(), access(false).headers(worker("up", "https://elsewhere.example")));
    }

    @Test
    void onlyWhoAnnouncedItselfIsShownWhatIsThePools() {
        Worker worker = worker("w1", "http://10.0.0.6:8081");
        assertEquals(
                Map.of("authorization", "Bearer " + SECRET.workerCallToken()),
                access(true).headers(worker));
        // As an upstream that the configuration named until a moment ago.
        assertEquals(Optional.empty(), access(false).of(worker));
        assertEquals(Map.of(), access(false).headers(worker));
    }
}
