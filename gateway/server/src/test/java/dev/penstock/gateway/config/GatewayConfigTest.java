package dev.penstock.gateway.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.routing.Accelerator;
import dev.penstock.routing.Capability;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Price;
import dev.penstock.routing.ServedModel;
import dev.penstock.routing.Site;
import dev.penstock.runtime.config.ByteSize;
import dev.penstock.runtime.config.ConfigError;
import dev.penstock.runtime.config.ConfigLoader;
import dev.penstock.runtime.config.ConfigResult;
import dev.penstock.runtime.config.SecretResolver;
import dev.penstock.runtime.net.ListenerConfig;
import dev.penstock.runtime.net.TransportName;
import dev.penstock.runtime.telemetry.Logging;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class GatewayConfigTest {
    private static final String HASH_A = "sha256:" + "a1".repeat(32);
    private static final String HASH_B = "hmac-sha256:" + "b2".repeat(32);
    private static final String MODELS = "models: [{name: m}]";

    private static ConfigResult<GatewayConfig> parse(String yaml) {
        SecretResolver secrets = SecretResolver.of(Map.of(
                "PEPPER",
                "a pepper of some length",
                "CLUSTER",
                "a secret of some length",
                "SHORT",
                "short",
                "TOKEN",
                "t"));
        return ConfigLoader.with(secrets).parse("gateway.yaml", yaml, Path.of("/etc/penstock"), GatewayConfig.class);
    }

    private static GatewayConfig accepted(String yaml) {
        return parse(yaml).orThrow();
    }

    /** The only error of a file, as the user reads it. */
    private static String refused(String yaml) {
        if (parse(yaml) instanceof ConfigResult.Rejected<GatewayConfig> rejected) {
            assertEquals(1, rejected.errors().size(), rejected.message());
            ConfigError error = rejected.errors().getFirst();
            return error.line() + " " + error.path() + ": " + error.message();
        }
        throw new AssertionError("accepted (expected: refused)\n" + yaml);
    }

    @Test
    void anEmptyFileHasTheseDefaults() {
        ListenerConfig listener = ListenerConfig.loopback(8080);
        GatewayConfig expected = new GatewayConfig(
                listener,
                listener.withPort(9090),
                new AuthConfig(
                        AuthMode.OPEN,
                        Optional.empty(),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of()),
                new BudgetsConfig(Optional.empty(), Optional.empty(), Duration.ofSeconds(5)),
                new LimitsConfig(
                        ByteSize.mebibytes(64),
                        ByteSize.mebibytes(1),
                        ByteSize.kibibytes(256),
                        ByteSize.mebibytes(256),
                        256,
                        Duration.ZERO,
                        64),
                new ClocksConfig(
                        Duration.ofSeconds(1),
                        Duration.ofMinutes(1),
                        Duration.ofSeconds(20),
                        Duration.ofMinutes(10),
                        Duration.ofSeconds(10),
                        Duration.ofMinutes(1),
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(30)),
                new RoutingConfig(
                        "balanced",
                        Map.of(),
                        Optional.empty(),
                        new WorthConfig(0.001, 0.01),
                        Map.of(),
                        Optional.empty(),
                        3,
                        ConstraintsConfig.NONE,
                        new HedgeConfig(0)),
                new HealthConfig(
                        Duration.ofMillis(500),
                        Duration.ofMillis(700),
                        5,
                        0.8,
                        Duration.ofSeconds(30),
                        50,
                        Duration.ofSeconds(5),
                        Duration.ofMinutes(5)),
                Optional.empty(),
                new ProcessConfig(TransportName.AUTO, 0),
                new SiteConfig("local", Site.Kind.EDGE, "", Optional.empty()),
                List.of(),
                List.of(),
                List.of(),
                new DifficultyConfig(
                        -2.0,
                        new DifficultyConfig.Weights(0.4, 0.8, 0.3, 0.2, 2.5, 0.5, 0.3, 1.4, 1.8, 1.6, -1.2, 2.0),
                        Optional.empty()),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                new LogConfig(Logging.Format.JSON, Logging.Verbosity.INFO, true));
        assertEquals(expected, accepted(""));
        assertEquals(ByteSize.mebibytes(16), expected.listener().maxBody());
        assertEquals("127.0.0.1", expected.listener().host());
    }

    @Test
    void aClusterHasTheseDefaults() {
        assertEquals(
                Optional.of(new ClusterConfig(
                        Optional.empty(),
                        "127.0.0.1",
                        5701,
                        Optional.empty(),
                        List.of(),
                        Duration.ofMillis(1500),
                        Duration.ofMinutes(10),
                        List.of(
                                "127.0.0.0/8",
                                "::1/128",
                                "10.0.0.0/8",
                                "172.16.0.0/12",
                                "192.168.0.0/16",
                                "100.64.0.0/10",
                                "fc00::/7"),
                        Optional.empty())),
                accepted("cluster: {}").cluster());
    }

    @Test
    void everyKeyIsRead() {
        GatewayConfig config = accepted("""
                listener: {host: 0.0.0.0, port: 80}
                admin: {host: 10.0.0.1, port: 81}
                auth:
                  mode: keys
                  pepper: env:PEPPER
                  default-limits: [{requests: 60}]
                  keys:
                    - id: team-a
                      hash: %s
                      models: [m, org/n]
                      limits: [{requests: 5, per: 1s}]
                      expires: 2027-01-31T00:00:00Z
                    - {id: team-b, hash: '%s'}
                limits: {answer: 2MiB, sse-line: 4KiB, stream-buffer: 8KiB, total-buffer: 32MiB, queue-per-model: 7,
                  json-depth: 32}
                clocks: {connect: 2s, first-token: 3s, inter-token: 4s, deadline: 5s, queue-wait: 6s, write-stall: 7s,
                  drain: 8s}
                routing: {policy: two-choices, max-attempts: 2}
                health: {probe-interval: 1s, probe-timeout: 2s, failures-in-row: 4, min-success-rate: 0.5, window: 10s,
                  min-requests: 7, min-ejection: 5s,
                  max-ejection: 6s}
                cluster: {secret: env:CLUSTER, host: 10.0.0.2, port: 0, public-address: 'gw:1',
                  members: ['a:5701', '[::1]:5702'], lease: 1s, retention: 2s,
                  worker-networks: [10.1.0.0/16]}
                process: {transport: nio, event-loops: 3}
                site: {name: plant-7, kind: cloud, region: eu}
                log: {format: text, level: debug, requests: false}
                """.formatted(HASH_A, HASH_B));
        KeyConfig teamA = config.auth().keys().getFirst();
        assertEquals(Optional.of(Instant.parse("2027-01-31T00:00:00Z")), teamA.expiry());
        assertEquals(List.of("m", "org/n"), teamA.models());
        assertEquals(List.of(LimitConfig.ofRequests(5, Duration.ofSeconds(1), LimitMode.LEASED)), teamA.limits());
        assertEquals(
                List.of(LimitConfig.ofRequests(60, Duration.ofMinutes(1), LimitMode.LEASED)),
                config.auth().defaultLimits());
        assertEquals(HASH_B, config.auth().keys().get(1).keyHash().toString());
        assertEquals(7, config.limits().queuePerModel());
        assertEquals(Duration.ofSeconds(8), config.clocks().drain());
        assertEquals(2, config.routing().maxAttempts());
        assertEquals(Duration.ofSeconds(6), config.health().maxEjection());
        assertEquals(
                List.of("a:5701", "[::1]:5702"), config.cluster().orElseThrow().members());
        assertEquals(new Site("plant-7", Site.Kind.CLOUD, "eu"), config.site().site());
        assertEquals(Logging.Verbosity.DEBUG, config.log().level());
    }

    @Test
    void anUpstreamIsReadAsAWorker() {
        UpstreamConfig upstream = accepted("""
                upstreams:
                  - id: vllm-1
                    url: https://10.0.0.7:8000/base
                    credential: {type: bearer, secret: env:TOKEN}
                    models:
                      - name: llama
                        upstream-name: meta-llama/Llama-3.1-8B
                        revision: r1
                        parameters: 8000000000
                        context-tokens: 131072
                        tokenizer: t1
                        capabilities: [chat, json-schema]
                        price: {input-per-million: 0.15, output-per-million: 0.6}
                      - name: plain
                    accelerator: gpu
                    site: {name: aws-eu, kind: cloud, region: eu-west-1}
                    capacity: 64
                    tls: {trust: tls/ca.pem}
                    health-path: /health
                """).upstreams().getFirst();
        assertEquals(URI.create("https://10.0.0.7:8000/base"), upstream.url());
        assertEquals("bearer", upstream.credential().getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT));
        assertEquals(
                new ServedModel(
                        new ModelId("llama"),
                        "r1",
                        8_000_000_000L,
                        131_072,
                        "t1",
                        Set.of(Capability.CHAT, Capability.JSON_SCHEMA),
                        Optional.of(new Price(0.15, 0.6))),
                upstream.servedModels().getFirst());
        assertEquals("meta-llama/Llama-3.1-8B", upstream.models().getFirst().wireName());
        assertEquals("plain", upstream.models().get(1).wireName());
        assertEquals(Accelerator.GPU, upstream.accelerator());
        assertEquals(new Site("aws-eu", Site.Kind.CLOUD, "eu-west-1"), upstream.routingSite());
        assertEquals(
                Optional.of(Path.of("/etc/penstock/tls/ca.pem")),
                upstream.tls().orElseThrow().trust());
        assertEquals("/health", upstream.healthPath());
    }

    @Test
    void anUpstreamHasTheseDefaults() {
        UpstreamConfig upstream = accepted("upstreams: [{id: u, url: 'http://h:1', " + MODELS + "}]")
                .upstreams()
                .getFirst();
        assertEquals(new CredentialConfig.None(), upstream.credential());
        assertEquals(Accelerator.CPU, upstream.accelerator());
        assertEquals(16, upstream.mostRequests());
        assertEquals("/v1/models", upstream.healthPath());
        assertEquals(new Site("u", Site.Kind.CLOUD, ""), upstream.routingSite());
        assertEquals(
                Set.of(
                        Capability.CHAT,
                        Capability.COMPLETION,
                        Capability.TOOLS,
                        Capability.JSON_OBJECT,
                        Capability.JSON_SCHEMA,
                        Capability.LOGPROBS),
                upstream.servedModels().getFirst().capabilities());
    }

    @ParameterizedTest
    @CsvSource({
        "http://h:1, http://h:1",
        "http://h/, http://h",
        "https://h:1/v1, https://h:1",
        "https://h:1/base/v1/, https://h:1/base",
        "http://[::1]:8000/v1beta, http://[::1]:8000/v1beta"
    })
    void anUpstreamIsDialledWithoutTheV1(String url, String endpoint) {
        UpstreamConfig upstream = accepted("upstreams: [{id: u, url: '" + url + "', " + MODELS + "}]")
                .upstreams()
                .getFirst();
        assertEquals(URI.create(endpoint), upstream.endpoint());
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.8.9.1", "'::1'", "localhost", "LOCALHOST"})
    void openModeIsAcceptedOnLoopback(String host) {
        assertEquals(
                AuthMode.OPEN, accepted("listener: {host: " + host + "}").auth().mode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "'::'", "10.0.0.1", "127.0.0.1.example.org", "'::ffff:10.0.0.1'", "gateway"})
    void openModeIsRefusedElsewhere(String host) {
        String error = refused("listener: {host: " + host + "}");
        assertTrue(error.contains("auth: mode open on "), error);
        assertTrue(error.contains("`mode: keys`"), error);
        assertEquals(
                AuthMode.KEYS,
                accepted("{listener: {host: " + host + "}, auth: {mode: keys}, store: {}}")
                        .auth()
                        .mode());
    }

    @Test
    void whereOthersReachItNoKeysAreRefused() {
        String error = refused("{listener: {host: 0.0.0.0}, auth: {mode: keys}}");
        assertTrue(error.contains("auth: no keys, and no `store` that may have some, on 0.0.0.0"), error);
        assertEquals(AuthMode.KEYS, accepted("auth: {mode: keys}").auth().mode());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tenants: [{id: a, budgets: [{usd: 5}]}]",
                "tenants: [{id: a, projects: [{id: b, budgets: [{tokens: 5, hard: false}]}]}]",
                "keys: [{id: a, hash: 'sha256:0000000000000000000000000000000000000000000000000000000000000000', budgets: [{usd: 1}]}]"
            })
    void budgetsNeedAStore(String whose) {
        String error = refused("auth: {mode: keys, " + whose + "}");
        assertTrue(error.contains("auth: budgets of ") && error.contains("(expected: a `store`)"), error);
        accepted("{auth: {mode: keys, " + whose + "}, store: {}}");
    }

    @Test
    void aPenstockSaysItselfWhatItServes() {
        GatewayConfig config = accepted("""
                upstreams: [{id: far, kind: penstock, url: 'https://penstock.example/v1'}]
                models: [{name: large, alias: whatever-it-serves}]
                """);
        UpstreamConfig far = config.upstreams().getFirst();
        assertEquals(List.of(), far.servedModels());
        assertEquals(Site.Kind.CLOUD, far.routingSite().kind());
        assertEquals(Duration.ofSeconds(1), far.probeInterval(Duration.ofMillis(500)));
        assertEquals(Duration.ofSeconds(2), far.probeTimeout(Duration.ofMillis(700)));
        assertEquals(100_000, far.mostRequests());
        UpstreamConfig other = accepted("upstreams: [{id: u, url: 'http://a:1', " + MODELS + "}]")
                .upstreams()
                .getFirst();
        assertEquals(Duration.ofMillis(700), other.probeTimeout(Duration.ofMillis(700)));
        assertEquals(16, other.mostRequests());
    }

    @Test
    void wrongValuesAreRefusedWithTheirPlace() {
        assertEquals("3 upstreams: two have the id \"u\" (expected: each its own)", refused("""
                        site: {name: x}

                        upstreams:
                          - {id: u, url: 'http://a:1', models: [{name: m}]}
                          - {id: u, url: 'http://b:1', models: [{name: m}]}
                        """));
        assertEquals("2 upstreams[0].models: two have the name \"m\" (expected: each its own)", refused("""
                        upstreams:
                          - {id: u, url: 'http://a:1', models: [{name: m}, {name: m}]}
                        """));
        assertEquals(
                "1 upstreams[0].models: none (expected: at least one)",
                refused("upstreams: [{id: u, url: 'http://a:1'}]"));
        assertEquals(
                "1 upstreams[0].models: 1 for a Penstock (expected: none; it says itself what it serves)",
                refused("upstreams: [{id: u, kind: penstock, url: 'http://a:1', models: [{name: m}]}]"));
        assertEquals(
                "1 upstreams[0].kind: penstock (expected: without engine, max-tokens-only and health-path)",
                refused("upstreams: [{id: u, kind: penstock, url: 'http://a:1', engine: vllm}]"));
        assertEquals(
                "1 upstreams[0].url: ftp://a:1 (expected: an http or https URL)",
                refused("upstreams: [{id: u, url: 'ftp://a:1', " + MODELS + "}]"));
        assertEquals(
                "1 upstreams[0].tls: given for http://a:1 (expected: an https URL)",
                refused("upstreams: [{id: u, url: 'http://a:1', tls: {}, " + MODELS + "}]"));
        assertEquals(
                "1 upstreams[0].credential.name: \"Host\" (expected: a header name that HTTP itself does not use)",
                refused("upstreams: [{id: u, url: 'http://a:1', credential: {type: header, name: Host, secret:"
                        + " 'env:TOKEN'}, " + MODELS + "}]"));
        assertEquals(
                "1 limits: total-buffer 1MiB (expected: at least listener.max-body, 16MiB)",
                refused("limits: {total-buffer: 1MiB}"));
        assertEquals("1 admin: port 8080 is the public listener's (expected: another)", refused("admin: {port: 8080}"));
        assertEquals(
                "1 clocks.deadline: below first-token (expected: at least first-token, 60000ms)",
                refused("clocks: {deadline: 5s}"));
    }

    @Test
    void wrongKeysAreRefusedWithoutRepeatingThem() {
        assertEquals(
                "1 auth.keys[0].hash: not a hash (expected: sha256: or hmac-sha256: and 64 hexadecimal digits)",
                refused("auth: {mode: keys, keys: [{id: a, hash: sk-pen-a-pasted}]}"));
        assertEquals(
                "1 auth.keys: two have the id \"a\" (expected: each its own)",
                refused("auth: {mode: keys, pepper: 'env:PEPPER', keys: [{id: a, hash: '" + HASH_A
                        + "'}, {id: a, hash: '" + HASH_B + "'}]}"));
        assertEquals(
                "1 auth.keys: the hash of \"a\" is an hmac-sha256 (expected: a `pepper` that it was made with)",
                refused("auth: {mode: keys, keys: [{id: a, hash: '" + HASH_B + "'}]}"));
        assertEquals(
                "1 auth.keys: 1 given in mode open, which asks for none (expected: `mode: keys`)",
                refused("auth: {keys: [{id: a, hash: '" + HASH_A + "'}]}"));
        assertEquals(
                "1 auth.keys[0].expires: tomorrow (expected: a UTC instant such as 2027-01-31T00:00:00Z)",
                refused("auth: {mode: keys, keys: [{id: a, hash: '" + HASH_A + "', expires: tomorrow}]}"));
        assertEquals(
                "1 auth.keys[0].id: \"A\" (expected: 1 to 64 lower-case letters, digits or dashes, no dash first or last)",
                refused("auth: {mode: keys, keys: [{id: A, hash: '" + HASH_A + "'}]}"));
    }

    @Test
    void aClusterThatOthersReachNeedsASecret() {
        assertTrue(refused("cluster: {host: 10.0.0.1}").startsWith("1 cluster.secret: missing"));
        assertTrue(refused("cluster: {members: ['a:1']}").startsWith("1 cluster.secret: missing"));
        assertEquals(
                "1 cluster.secret: env:SHORT is shorter than 16 bytes (expected: at least that)",
                refused("cluster: {secret: 'env:SHORT'}"));
        assertEquals(
                "1 cluster.members: \"a\" (expected: host:port)",
                refused("cluster: {secret: 'env:CLUSTER', members: [a]}"));
        assertEquals(
                "1 cluster.worker-networks: \"10.0.0.0/33\" (expected: an address and a prefix, such as 10.0.0.0/8)",
                refused("cluster: {worker-networks: [10.0.0.0/33]}"));
    }

    @Test
    void everyFaultIsReportedAtOnce() {
        if (parse("listener: {prt: 1}\nclocks: {connect: soon}\nupstreams: [{id: '', url: x}]\n")
                instanceof ConfigResult.Rejected<GatewayConfig> rejected) {
            assertEquals(
                    List.of(1, 2, 3),
                    rejected.errors().stream().map(ConfigError::line).distinct().toList(),
                    rejected.message());
            assertTrue(rejected.message().contains("did you mean `port`?"), rejected.message());
        } else {
            throw new AssertionError("accepted (expected: refused)");
        }
    }
}
