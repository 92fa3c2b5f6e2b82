package dev.penstock.loadtest.mock;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.SocketAddress;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An OpenAI-compatible engine without a model: {@code /v1/chat/completions}, {@code /v1/completions}, {@code
 * /v1/embeddings}, {@code /v1/models}, {@code /health}, and {@code /mock/stats} with its {@link MockCounters}. Answers are
 * those of its {@link AnswerKey}; how fast they come and what goes wrong is for {@link MockSettings} to say, at any time.
 * Safe for use from any thread.
 */
public final class MockEngine {
    private static final int BACKLOG = 4096;
    private static final int MAX_CHUNK = 65_536;

    /** Vert.x takes a free port for each such number, one for all who ask by it: a mock's loops, and not two mocks. */
    private static final AtomicInteger FREE_PORTS = new AtomicInteger();

    private final Vertx vertx;
    private final MockState state;
    private final String host;
    private final AtomicInteger port = new AtomicInteger();
    private final AtomicInteger loops = new AtomicInteger();
    private String deployment = "";

    private MockEngine(Vertx vertx, MockSettings settings, String host) {
        this.vertx = vertx;
        this.state = new MockState(settings);
        this.host = host;
    }

    /** Starts a mock on as many event loops as there are processors. */
    public static Future<MockEngine> start(Vertx vertx, MockSettings settings, String host, int port) {
        return start(vertx, settings, host, port, Runtime.getRuntime().availableProcessors());
    }

    /**
     * Starts a mock.
     *
     * @param host the address to bind: a name or an IP address
     * @param port 0 takes a free one
     * @param loops event loops, from 1; no more than the Vert.x has are of use
     * @return fails when the address is taken or is none of this machine
     */
    public static Future<MockEngine> start(Vertx vertx, MockSettings settings, String host, int port, int loops) {
        MockEngine engine = new MockEngine(vertx, settings, host);
        SocketAddress address = port == 0
                ? SocketAddress.sharedRandomPort(FREE_PORTS.incrementAndGet(), host)
                : SocketAddress.inetSocketAddress(port, host);
        return vertx.deployVerticle(
                        () -> engine.new Loop(address), new DeploymentOptions().setInstances(Math.max(1, loops)))
                .map(id -> {
                    engine.deployment = id;
                    return engine;
                });
    }

    /** Where it is: {@code http://host:port}. */
    public URI uri() {
        String literal = host.indexOf(':') < 0 ? host : "[" + host + "]";
        return URI.create("http://" + literal + ":" + port.get());
    }

    /** What it does at present. */
    public MockSettings settings() {
        return state.settings();
    }

    /**
     * Does otherwise from now on: requests that come, and the next token of streams that are under way. The sequence of
     * faults begins anew where their mix is another.
     */
    public void settings(MockSettings settings) {
        state.settings(settings);
    }

    /** What it has seen since it started. */
    public MockCounters counters() {
        return state.tally().counters();
    }

    /** Ends it, with the connections to it. */
    public Future<Void> close() {
        return vertx.undeploy(deployment);
    }

    /** One event loop of it. */
    private final class Loop extends VerticleBase {
        private final SocketAddress address;

        Loop(SocketAddress address) {
            this.address = address;
        }

        @Override
        public Future<?> start() {
            HttpServerOptions options = new HttpServerOptions()
                    .setAcceptBacklog(BACKLOG)
                    .setMaxChunkSize(MAX_CHUNK)
                    .setHandle100ContinueAutomatically(true)
                    .setHttp2ClearTextEnabled(false);
            return vertx.createHttpServer(options)
                    .requestHandler(new MockLoop(vertx, state, loops.getAndIncrement()))
                    .exceptionHandler(broken -> {})
                    .listen(address)
                    .onSuccess(server -> port.set(server.actualPort()));
        }
    }
}
