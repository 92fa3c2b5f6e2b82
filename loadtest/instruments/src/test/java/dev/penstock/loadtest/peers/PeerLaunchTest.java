package dev.penstock.loadtest.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PeerLaunchTest {
    private static final URI UPSTREAM = URI.create("http://127.0.0.1:9901");
    private static final Path PEERS = Path.of("/peers");
    private static final String MODEL = "a \"model\": {b}";

    @TempDir
    Path directory;

    private PeerSetup setup;

    @BeforeEach
    void setUp() {
        setup = new PeerSetup(PEERS, UPSTREAM, MODEL, 8101, 8102, 3, directory);
    }

    @Test
    void everyPeerIsStartedFromWhereItIsInstalled() throws IOException {
        for (Peer peer : Peers.all()) {
            List<String> command = peer.prepare(setup).command();
            assertTrue(
                    command.stream().anyMatch(word -> word.startsWith("/peers/" + peer.name() + "/")),
                    command::toString);
        }
    }

    @Test
    void everyPeerServesOnItsPortAndTheLoopbackInterface() throws IOException {
        for (Peer peer : Peers.all()) {
            PeerLaunch launch = peer.prepare(setup);
            assertEquals(URI.create("http://127.0.0.1:8101"), launch.base());
            assertEquals("127.0.0.1:8101", launch.ready().getAuthority());
            assertTrue(
                    launch.command().stream().anyMatch(word -> word.equals("8101") || word.equals("--port=8101")),
                    launch.command()::toString);
            assertTrue(launch.command().contains("127.0.0.1") || peer instanceof Portkey, peer::name);
        }
    }

    @Test
    void everyFileIsWrittenIntoTheDirectory() throws IOException {
        for (Peer peer : Peers.all()) {
            for (Path file : peer.prepare(setup).files()) {
                assertEquals(directory, file.getParent());
                assertTrue(Files.size(file) > 0, file::toString);
            }
        }
    }

    @Test
    void onlyPortkeyNeedsHeaders() throws IOException {
        for (Peer peer : Peers.all()) {
            assertEquals(
                    peer instanceof Portkey
                            ? Map.of(
                                    "x-portkey-provider", "openai", "x-portkey-custom-host", "http://127.0.0.1:9901/v1")
                            : Map.of(),
                    peer.prepare(setup).headers(),
                    peer::name);
        }
    }

    @Test
    void onlyBifrostIsAskedForTheModelUnderAnotherName() throws IOException {
        for (Peer peer : Peers.all()) {
            assertEquals(
                    peer instanceof Bifrost ? "upstream/" + MODEL : MODEL,
                    peer.prepare(setup).model());
        }
    }

    @Test
    void portkeyIsKeptToTheLoopbackInterface() throws IOException {
        PeerLaunch launch = Peers.named("portkey").prepare(setup);
        Path loopback = launch.files().getFirst();
        assertEquals(
                List.of("node", "--require", loopback.toString()),
                launch.command().subList(0, 3));
        assertTrue(Files.readString(loopback).contains("listen.call(this, port, '127.0.0.1', ...callback)"));
    }

    @Test
    void liteLlmHasAWorkerForEachCoreAndFetchesNothing() throws IOException {
        PeerLaunch launch = Peers.named("litellm").prepare(setup);
        List<String> command = launch.command();
        assertEquals("/peers/litellm/bin/python", command.getFirst());
        assertEquals("3", command.get(command.indexOf("--num_workers") + 1));
        assertEquals("300", command.get(command.indexOf("--timeout_worker_healthcheck") + 1));
        assertEquals("False", command.get(command.indexOf("--telemetry") + 1));
        assertEquals("True", launch.environment().get("LITELLM_LOCAL_MODEL_COST_MAP"));
        JsonNode model = json(launch.files().getFirst()).at("/model_list/0");
        assertEquals(MODEL, model.at("/model_name").textValue());
        assertEquals("openai/" + MODEL, model.at("/litellm_params/model").textValue());
        assertEquals(UPSTREAM + "/v1", model.at("/litellm_params/api_base").textValue());
    }

    @Test
    void bifrostKeepsNoLogsAndFetchesNoPrices() throws IOException {
        PeerLaunch launch = Peers.named("bifrost").prepare(setup);
        JsonNode config = json(directory.resolve("config.json"));
        assertFalse(config.at("/client/enable_logging").booleanValue());
        assertFalse(config.at("/logs_store/enabled").booleanValue());
        assertFalse(config.at("/config_store/enabled").booleanValue());
        assertEquals(
                UPSTREAM.toString(),
                config.at("/providers/upstream/network_config/base_url").textValue());
        for (String field : List.of("pricing_url", "model_parameters_url")) {
            URI prices = URI.create(config.at("/framework/pricing/" + field).textValue());
            assertTrue(json(Path.of(prices)).isEmpty());
        }
        assertEquals(directory.toString(), launch.command().get(launch.command().indexOf("-app-dir") + 1));
    }

    /** Their defaults are fixed ports, so that two of them could not run at once. */
    @ParameterizedTest
    @ValueSource(strings = {"smg", "vllm-router"})
    void routersServeTheirMetricsOnTheLoopbackInterfaceToo(String name) throws IOException {
        List<String> command = Peers.named(name).prepare(setup).command();
        assertEquals("8102", command.get(command.indexOf("--prometheus-port") + 1));
        assertEquals("127.0.0.1", command.get(command.indexOf("--prometheus-host") + 1));
        assertEquals(UPSTREAM.toString(), command.get(command.indexOf("--worker-urls") + 1));
        assertEquals("round_robin", command.get(command.indexOf("--policy") + 1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http://127.0.0.1:9901/v1|1|2|1|upstream: http://127.0.0.1:9901/v1 (expected: http://host:port)",
                "http://127.0.0.1|1|2|1|upstream: http://127.0.0.1 (expected: http://host:port)",
                "https://127.0.0.1:1|1|2|1|upstream: https://127.0.0.1:1 (expected: http://host:port)",
                "upstream|1|2|1|upstream: upstream (expected: http://host:port)",
                "http://a:1|0|2|1|port: 0 (expected: 1 to 65535)",
                "http://a:1|1|65536|1|metrics port: 65536 (expected: 1 to 65535)",
                "http://a:1|7|7|1|metrics port: 7 (expected: another than the port)",
                "http://a:1|1|2|0|workers: 0 (expected: 1 to 1024)",
            })
    void setupsOutOfBoundsAreRefused(URI upstream, int port, int metricsPort, int workers, String message) {
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class,
                () -> new PeerSetup(PEERS, upstream, "m", port, metricsPort, workers, directory));
        assertEquals(message, refused.getMessage());
    }

    private static JsonNode json(Path file) throws IOException {
        return new ObjectMapper().readTree(file.toFile());
    }
}
