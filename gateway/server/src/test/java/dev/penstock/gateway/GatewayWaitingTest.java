package dev.penstock.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Requests that wait for limits, as clients meet them. */
@Timeout(120)
final class GatewayWaitingTest {
    private static final String KEYS = """
            auth:
              mode: keys
              default-limits: [{requests: 20, per: 1s, burst: 2}]
            store: {directory: data}
            """;

    @TempDir
    private Path directory;

    private List<Integer> twelve(GatewayRig rig, GatewayProcess gateway, String key) throws Exception {
        List<Callable<Integer>> clients = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            clients.add(() -> rig.chat(gateway, key, "m").statusCode());
        }
        List<Integer> statuses = new ArrayList<>();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Integer> done : executor.invokeAll(clients)) {
                statuses.add(done.get());
            }
        }
        return statuses;
    }

    @Test
    void whoMayWaitIsAnsweredAndWhoMayNotIsRefused() throws Exception {
        try (GatewayRig rig = new GatewayRig(directory)) {
            GatewayProcess waiting = rig.start(KEYS + "limits: {wait-for-limits: 20s}\n");
            Eventually.await(
                    "the store",
                    () -> rig.admin(waiting, "GET", "/admin/keys", "").statusCode() == 200);
            String key = rig.newKey(waiting, "{\"id\":\"k\",\"models\":[\"*\"]}");
            assertEquals(
                    List.of(200), twelve(rig, waiting, key).stream().distinct().toList());
            rig.stop(waiting);
            GatewayProcess hasty = rig.start(KEYS.replace("20, per: 1s", "2, per: 1h"));
            Eventually.await(
                    "the key to be known", () -> rig.chat(hasty, key, "m").statusCode() != 401);
            List<Integer> refused = twelve(rig, hasty, key).stream()
                    .filter(status -> status == 429)
                    .toList();
            assertTrue(refused.size() >= 10, refused.size() + " refused");
        }
    }
}
