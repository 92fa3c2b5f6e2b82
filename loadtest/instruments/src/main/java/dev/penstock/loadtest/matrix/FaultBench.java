package dev.penstock.loadtest.matrix;

import dev.penstock.loadtest.faults.FaultProxy;
import dev.penstock.loadtest.mock.MockEngine;
import dev.penstock.loadtest.mock.MockSettings;
import dev.penstock.loadtest.process.ChildProcess;
import dev.penstock.loadtest.process.FreePorts;
import dev.penstock.runtime.config.Durations;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a row is tried with; all that it opened ends with it, the last first. */
public final class FaultBench implements AutoCloseable {
    /** The model that mocks serve. */
    public static final String MODEL = "mock";

    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final BenchSettings settings;
    private final Vertx vertx;
    private final FreePorts ports = new FreePorts();
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final Set<String> started = new HashSet<>();
    private final Deque<Runnable> closing = new ArrayDeque<>();

    /** A bench without anything on it. */
    public FaultBench(BenchSettings settings, Vertx vertx) {
        this.settings = settings;
        this.vertx = vertx;
        closing.push(http::close);
    }

    /** Where what is loud runs. */
    public Vertx vertx() {
        return vertx;
    }

    /** Of whatever is drawn. */
    public long seed() {
        return settings.seed();
    }

    /** Whether fewer requests will do. */
    public boolean quick() {
        return settings.quick();
    }

    /** The one or the other. */
    public int count(int full, int quick) {
        return settings.quick() ? quick : full;
    }

    /** Loopback ports that nobody listens on. */
    public FreePorts ports() {
        return ports;
    }

    /** Has something end with the bench. */
    public void onClose(Runnable close) {
        closing.push(close);
    }

    /** Starts a mock in this process, on one event loop. */
    public MockEngine mock(MockSettings what) {
        MockEngine engine = MockEngine.start(vertx, what, "127.0.0.1", 0, 1).await();
        onClose(() -> engine.close().await());
        return engine;
    }

    /** Starts several of the same. */
    public List<MockEngine> mocks(int count, MockSettings what) {
        List<MockEngine> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(mock(what));
        }
        return all;
    }

    /** Starts a mock as a process of its own, which can be killed, and waits until it serves. */
    public ChildProcess mockProcess(String name, int port, Duration firstToken, Duration interToken)
            throws IOException, InterruptedException {
        List<String> arguments = List.of(
                "mock",
                "--port=" + port,
                "--models=" + MODEL,
                "--seed=" + Loads.key(seed()).seed(),
                "--token-bytes=" + Loads.key(seed()).tokenBytes(),
                "--ttft=" + Durations.format(firstToken),
                "--inter-token=" + Durations.format(interToken),
                "--loops=1");
        return process(name, arguments, Map.of(), URI.create("http://127.0.0.1:" + port + "/health"));
    }

    /** Starts a proxy before a port. */
    public FaultProxy proxy(int port) throws IOException {
        FaultProxy proxy = FaultProxy.start(port, seed());
        onClose(proxy::close);
        return proxy;
    }

    /** Starts a gateway; it is ready, and has found its workers, when this returns. */
    public GatewayNode gateway(GatewayFile file) throws IOException, InterruptedException {
        GatewayNode gateway = await(startGateway("gateway", file, ports.next(), ports.next(), Map.of()));
        for (GatewayFile.Upstream worker : file.upstreams()) {
            Waiting.require("the gateway sends to " + worker.id(), START_LIMIT, () -> gateway.routes(worker.id()));
        }
        return gateway;
    }

    /** Starts a gateway of that name on those ports; it may not be ready yet. */
    public GatewayNode startGateway(
            String name, GatewayFile file, int port, int adminPort, Map<String, String> environment)
            throws IOException {
        Path path = Files.writeString(settings.directory().resolve(name + ".yaml"), file.yaml(port, adminPort));
        ChildProcess process = start(name, List.of("gateway", "-c", path.toString()), environment);
        return new GatewayNode(http, process, path, port, adminPort);
    }

    /** Waits until a gateway is ready. */
    public GatewayNode await(GatewayNode gateway) throws IOException, InterruptedException {
        gateway.process().awaitAnswer(gateway.admin().resolve("/health/ready"), true, START_LIMIT);
        return gateway;
    }

    /** Starts a penstock process that is none of a gateway's, and waits until a URL of it answers. */
    public ChildProcess process(String name, List<String> arguments, Map<String, String> environment, URI health)
            throws IOException, InterruptedException {
        return start(name, arguments, environment).awaitAnswer(health, true, START_LIMIT);
    }

    /** Starts a penstock process. */
    public ChildProcess start(String name, List<String> arguments, Map<String, String> environment) throws IOException {
        List<String> command = new ArrayList<>(List.of(settings.penstock().toString()));
        command.addAll(arguments);
        Path log = settings.directory().resolve(name + ".log");
        if (started.add(name)) {
            Files.deleteIfExists(log); // of an earlier run; one that is started again goes on with its own
        }
        ChildProcess process = ChildProcess.start(name, command, environment, log);
        // Where this process is told to end in the middle of a row, nothing of it stays behind.
        Thread orphan = new Thread(process::kill, "kill-" + name);
        Runtime.getRuntime().addShutdownHook(orphan);
        onClose(() -> {
            process.kill(); // nobody asks it any more, and to end in order takes a gateway seconds
            process.close();
            forget(orphan);
        });
        return process;
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException shuttingDown) {
            return; // it runs by now, and finds nothing to do
        }
    }

    /** A file for a process, in the row's directory. */
    public Path write(String name, String text) throws IOException {
        return Files.writeString(settings.directory().resolve(name), text);
    }

    @Override
    public void close() {
        while (!closing.isEmpty()) {
            closing.pop().run();
        }
    }
}
