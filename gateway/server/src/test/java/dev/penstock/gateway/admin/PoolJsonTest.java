package dev.penstock.gateway.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.routing.Accelerator;
import dev.penstock.routing.Capability;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Price;
import dev.penstock.routing.ServedModel;
import dev.penstock.routing.Site;
import dev.penstock.routing.Worker;
import dev.penstock.routing.WorkerId;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class PoolJsonTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @Test
    void everythingAnOperatorAsksIsThere() throws Exception {
        Worker worker = new Worker(
                new WorkerId("w1"),
                0,
                URI.create("http://10.0.0.7:8000"),
                Accelerator.GPU,
                new Site("plant-7", Site.Kind.EDGE, "eu"),
                8,
                List.of(new ServedModel(
                        new ModelId("org/m"),
                        "r1",
                        7,
                        2048,
                        "t1",
                        Set.of(Capability.CHAT, Capability.JSON_SCHEMA),
                        Optional.of(new Price(0.5, 1.5)))));
        PoolReport report = new PoolReport(
                Site.LOCAL,
                List.of(new WorkerReport(
                        worker,
                        true,
                        WorkerReport.State.EJECTED,
                        3,
                        5,
                        120,
                        false,
                        new WorkerReport.Link(0.0125, 0.25))),
                Map.of("org/m", 4),
                Map.of("replayed", 1L),
                Optional.of(new PoolReport.Cluster("penstock-1-ab", true, 2)));
        String expected = """
                {"site": {"name": "local", "kind": "edge", "region": ""},
                 "workers": [{"id": "w1", "source": "announced", "endpoint": "http://10.0.0.7:8000", "state": "ejected",
                  "in_flight": 3, "reported_load": 5, "capacity": 8, "signal_age_ms": 120,
                  "link": {"rtt_ms": 12.5, "loss_ratio": 0.25}, "accelerator": "gpu",
                  "site": {"name": "plant-7", "kind": "edge", "region": "eu"},
                  "models": [{"id": "org/m", "revision": "r1", "parameters": 7, "context_tokens": 2048,
                    "tokenizer": "t1", "capabilities": ["chat", "json-schema"],
                    "price_per_million": {"input": 0.5, "output": 1.5}}]}],
                 "waiting": {"org/m": 4},
                 "cluster": {"name": "penstock-1-ab", "connected": true, "members": 2}}
                """;
        assertEquals(MAPPER.readTree(expected), MAPPER.readTree(PoolJson.of(report)));
    }
}
