package dev.penstock.worker.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.runtime.config.ConfigLoader;
import dev.penstock.runtime.config.ConfigResult;
import dev.penstock.runtime.config.SecretResolver;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class WorkerConfigTest {
    private static final ConfigLoader LOADER =
            ConfigLoader.with(SecretResolver.of(Map.of("SECRET", "sixteen bytes or more", "KEY", "upstream key")));

    private static ConfigResult<WorkerConfig> parse(String yaml) {
        return LOADER.parse("worker.yaml", yaml, Path.of("/etc/penstock"), WorkerConfig.class);
    }

    @Test
    void oneModelIsEnough() {
        WorkerConfig config = parse("models: [{path: models/mini}]").orThrow();

        assertEquals(Optional.empty(), config.id());
        assertEquals("127.0.0.1", config.listener().host());
        assertEquals(8081, config.listener().port());
        assertEquals(CallerPolicy.OPEN, config.calls());
        assertEquals(AcceleratorKind.CPU, config.accelerator());
        assertEquals(new SiteConfig("local", SiteConfig.Kind.EDGE, "", Optional.empty(), List.of()), config.site());
        assertEquals(Optional.empty(), config.cluster());
        assertEquals(Duration.ofSeconds(30), config.drainTimeout());
        assertEquals(256 * 1024, config.limits().streamBuffer().bytes());
        ModelConfig model = config.models().getFirst();
        assertEquals("mini", model.servedName());
        assertEquals(Path.of("/etc/penstock/models/mini"), model.path());
        assertEquals(16, model.maxBatch());
        assertEquals(16, model.queue());
        assertEquals(1, model.threads());
        assertEquals(ModelConfig.Device.CPU, model.device());
        assertEquals(URI.create("http://127.0.0.1:4242"), config.endpoint(4242));
    }

    @Test
    void everyKeyIsRead() {
        WorkerConfig config = parse("""
                id: gpu-3
                listener: {host: 0.0.0.0, port: 0}
                advertise: http://10.0.0.7:8081
                models:
                  - path: models/mini
                    name: org/mini
                    max-batch: 4
                    queue: 2
                    embedding-queue: 64
                    context-tokens: 128
                    cached-tokens: 1024
                    prefill-tokens: 64
                    threads: 2
                    device: cuda
                    price: {input-per-million: 0.5, output-per-million: 1.5}
                accelerator: gpu
                site: {name: plant-7, kind: cloud, region: eu-west-1}
                cluster: {secret: "env:SECRET", members: ["10.0.0.1:5701"], heartbeat: 1s}
                calls: cluster
                drain-timeout: 5s
                limits: {stream-buffer: 64KiB, write-stall: 10s, answer: 1MiB, total-bodies: 1GiB}
                capacity: 3
                """).orThrow();

        ModelConfig model = config.models().getFirst();
        assertEquals("org/mini", model.servedName());
        assertEquals(Optional.of(128), model.contextTokens());
        assertEquals(Optional.of(new PriceConfig(0.5, Optional.empty(), 1.5, 0)), model.price());
        assertEquals(Optional.of(3), config.capacity());
        assertEquals(1L << 30, config.limits().totalBodies().bytes());
        assertEquals("gpu-3", config.id().orElseThrow());
        assertEquals(Duration.ofSeconds(1), config.cluster().orElseThrow().heartbeat());
        assertEquals(URI.create("http://10.0.0.7:8081"), config.endpoint(1));
        assertTrue(!config.toString().contains("sixteen"), "a secret in toString");
    }

    @Test
    void aSidecarStandsInPlaceOfModels() {
        SidecarConfig sidecar = parse("""
                sidecar:
                  url: http://127.0.0.1:8000/v1
                  credential: env:KEY
                  models: [{name: llama, upstream-name: meta/llama}]
                """).orThrow().sidecar().orElseThrow();

        assertEquals(AcceleratorKind.GPU, sidecar.accelerator());
        assertEquals("meta/llama", sidecar.models().getFirst().nameUpstream());
        assertEquals("/v1/models", sidecar.probePath());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "members: ['127.0.0.1:5701', 'localhost:5701', '[::1]:5701', '127.8.9.10']",
                "members: ['10.0.0.1:5701']}\nadvertise: http://10.0.0.7:8081\nsite: {name: x",
                "members: ['10.0.0.1:5701']}\nlistener: {host: 10.0.0.7",
            })
    void aLoopbackAddressIsForThisMachineOnly(String members) {
        parse("models: [{path: a}]\ncluster: {secret: 'env:SECRET', " + members + "}")
                .orThrow();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "listener: {port: 1} | models: none (expected: at least one model, or a sidecar)",
                "models: [{path: a, rates: {load: 3s, cold-after: 5m}}] | rates: cold-after given (expected: none, since"
                        + " the worker keeps its models loaded)",
                "models: [{path: a}, {path: b/a}] | models: a twice (expected: one of each name)",
                "models: [{path: a}]\\nid: 'a b' | id: a b (expected: 1 to 128 characters of [A-Za-z0-9._:/-])",
                "models: [{path: a}]\\ncalls: cluster | calls: cluster, without a cluster (expected: a cluster, or open)",
                "models: [{path: a}]\\nadvertise: http://h/x | advertise: http://h/x (expected: scheme, host and port"
                        + " only, such as http://10.0.0.7:8081)",
                "models: [{path: a}]\\nlistener: {host: 0.0.0.0}\\ncluster: {secret: 'env:SECRET', members: ['a:1']}"
                        + " | advertise: missing, and listener.host is 0.0.0.0 (expected: the origin that gateways"
                        + " dial, such as http://10.0.0.7:8081)",
                "models: [{path: a}]\\ncluster: {secret: 'env:SECRET', members: []}"
                        + " | members: none (expected: at least one host:port of a gateway)",
                "models: [{path: a}]\\ncluster: {secret: 'env:SECRET', members: ['127.0.0.1:1', '10.0.0.1:5701']}"
                        + " | listener.host: 127.0.0.1, announced to 10.0.0.1:5701 (expected: an address that other"
                        + " machines reach, in listener.host or in advertise)",
                "models: [{path: a}]\\nlistener: {host: '::1'}\\ncluster: {secret: 'env:SECRET', members: ['gw']}"
                        + " | listener.host: ::1, announced to gw (expected: an address that other machines reach, in"
                        + " listener.host or in advertise)",
                "models: [{path: a}]\\nlistener: {host: 10.0.0.7}\\nadvertise: http://LOCALHOST:8081\\ncluster:"
                        + " {secret: 'env:SECRET', members: ['10.0.0.1:5701']} | advertise: http://LOCALHOST:8081,"
                        + " announced to 10.0.0.1:5701 (expected: an address that other machines reach, in"
                        + " listener.host or in advertise)",
                "sidecar: {url: 'http://h', models: [{name: a}]}\\nsite: {name: ''}"
                        + " | name: 0 characters (expected: 1 to 128, no control characters)",
                "sidecar: {url: 'http://h', models: [{name: a}]}\\ncapacity: 2"
                        + " | capacity: 2, beside a sidecar (expected: sidecar.capacity in its place)",
                "models: [{path: a}]\\nlimits: {total-bodies: 1MiB} | limits.total-bodies: 1MiB (expected: at least"
                        + " listener.max-body, 16MiB)",
                "models: [{path: a, max-batch: 0}] | 0 (expected: an integer from 1 to 1024)",
                "models: [{path: a, name: ' a'}] | (expected: 1 to 256 characters, no control characters, no"
                        + " surrounding blanks)",
                "sidecar: {url: 'ftp://h', models: [{name: a}]} | url: scheme ftp (expected: http or https)",
                "sidecar: {url: 'http://h', models: []} | models: none (expected: at least one that the server serves)",
            })
    void saysWhatIsWrong(String yaml, String expected) {
        ConfigResult<WorkerConfig> result = parse(yaml.replace("\\n", "\n"));
        ConfigResult.Rejected<?> rejected = assertInstanceOf(ConfigResult.Rejected.class, result);

        assertTrue(rejected.message().contains(expected), rejected.message());
    }
}
