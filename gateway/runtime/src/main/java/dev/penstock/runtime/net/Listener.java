package dev.penstock.runtime.net;

import io.netty.channel.ChannelPipeline;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.net.ServerSSLOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One address, served on one or more event loops that share its limits. */
final class Listener implements Listening {
    private static final Logger LOGGER = LoggerFactory.getLogger(Listener.class);

    private final Vertx vertx;
    private final ListenerConfig config;
    private final HttpServerOptions options;
    private final AtomicInteger connections = new AtomicInteger();
    private final List<HttpServer> servers = new CopyOnWriteArrayList<>();

    /**
     * A listener that is not open yet.
     *
     * @throws IllegalArgumentException when the TLS material does not load
     */
    Listener(Vertx vertx, ListenerConfig config) {
        this.vertx = vertx;
        this.config = config;
        this.options = options(config);
    }

    private static HttpServerOptions options(ListenerConfig config) {
        HttpServerOptions options = new HttpServerOptions()
                .setHost(config.host())
                .setPort(config.port())
                .setMaxHeaderSize(config.maxHeaders().intBytes())
                .setMaxInitialLineLength(config.maxRequestLine().intBytes())
                .setDecompressionSupported(false)
                .setCompressionSupported(false)
                .setHandle100ContinueAutomatically(false)
                // HTTP/2 would pass by the guards, which read HTTP/1.1; an `Upgrade: h2c` is ignored, as it may be.
                .setHttp2ClearTextEnabled(false)
                .setUseAlpn(false);
        config.tls().ifPresent(tls -> {
            ServerSSLOptions material = TlsMaterial.server(tls);
            options.setSsl(true)
                    .setKeyCertOptions(material.getKeyCertOptions())
                    .setTrustOptions(material.getTrustOptions())
                    .setClientAuth(material.getClientAuth())
                    .setEnabledSecureTransportProtocols(material.getEnabledSecureTransportProtocols());
        });
        return options;
    }

    /** Opens one more server on the caller's event loop; all but the first join the first one's address. */
    Future<Void> open(Handler<HttpServerRequest> handler) {
        HttpServerOptions own = new HttpServerOptions(options);
        if (!servers.isEmpty()) {
            own.setPort(port());
        }
        HttpServer server = vertx.createHttpServer(own)
                .connectionHandler(this::admit)
                .requestHandler(new RequestGuard(config, handler))
                .invalidRequestHandler(RequestGuard::refuseInvalid)
                .exceptionHandler(fault -> LOGGER.debug("a connection failed before its first request", fault));
        return server.listen().map(open -> {
            servers.add(open);
            return null;
        });
    }

    private void admit(HttpConnection connection) {
        connections.incrementAndGet();
        connection.closeHandler(closed -> connections.decrementAndGet());
        if (!(connection instanceof HttpServerConnection served)) {
            throw new IllegalStateException("a connection without a pipeline: " + connection.getClass());
        }
        ChannelPipeline pipeline = served.channelHandlerContext().pipeline();
        if (connections.get() > config.maxConnections()) {
            ConnectionClock.refuse(
                    served.channelHandlerContext(),
                    new RequestRejected(503, "too_many_connections", "too many open connections"));
            return;
        }
        ConnectionClock clock = new ConnectionClock(config);
        pipeline.addBefore(served.channelHandlerContext().name(), "clock", clock);
        pipeline.replace(
                "httpDecoder", "httpDecoder", new StrictRequestDecoder(options.getHttp1Config(), clock::headBegan));
    }

    @Override
    public int port() {
        return servers.getFirst().actualPort();
    }

    @Override
    public int connections() {
        return connections.get();
    }

    @Override
    public Future<Void> updateTls(ServerTls tls) {
        if (config.tls().isEmpty()) {
            return Future.failedFuture(new IllegalStateException("port " + port() + " is cleartext"));
        }
        ServerSSLOptions material;
        try {
            material = TlsMaterial.server(tls);
        } catch (IllegalArgumentException unloadable) {
            return Future.failedFuture(unloadable);
        }
        return all(server -> server.updateSSLOptions(material.copy(), true));
    }

    @Override
    public Future<Void> close(Duration grace) {
        return all(server -> server.shutdown(grace));
    }

    private Future<Void> all(Function<HttpServer, Future<?>> action) {
        List<Future<?>> results = new ArrayList<>();
        for (HttpServer server : servers) {
            results.add(action.apply(server));
        }
        return Future.join(results).mapEmpty();
    }
}
