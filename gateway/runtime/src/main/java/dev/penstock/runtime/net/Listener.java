package dev.penstock.runtime.net;

import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.net.ServerSSLOptions;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One address, served on one or more event loops that share its limits. */
final class Listener implements Listening {
    private static final Logger LOGGER = LoggerFactory.getLogger(Listener.class);

    /** Vert.x takes a free port for each such number, one for all instances of a deployment. */
    private static final int SHARED_FREE_PORT = 1;

    private final Vertx vertx;
    private final ListenerConfig config;
    private final HttpServerOptions options;
    private final AtomicInteger connections = new AtomicInteger();
    private final List<HttpServer> servers = new CopyOnWriteArrayList<>();
    private volatile boolean refusing;

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
                // Nobody speaks WebSocket here; its extensions would look at every message.
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false)
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

    /** Opens the one server of this listener, on the caller's context. */
    Future<Void> open(Handler<HttpServerRequest> handler) {
        return open(SocketAddress.inetSocketAddress(config.port(), config.host()), handler);
    }

    /** Opens one of several servers on one address, from the instances of one deployment. */
    Future<Void> openShared(Handler<HttpServerRequest> handler) {
        return config.port() == 0
                ? open(SocketAddress.sharedRandomPort(SHARED_FREE_PORT, config.host()), handler)
                : open(handler);
    }

    private Future<Void> open(SocketAddress address, Handler<HttpServerRequest> handler) {
        HttpServer server = vertx.createHttpServer(new HttpServerOptions(options))
                .connectionHandler(this::admit)
                .requestHandler(new RequestGuard(config, handler))
                .invalidRequestHandler(RequestGuard::refuseInvalid)
                .exceptionHandler(fault -> LOGGER.debug("a connection failed before its first request", fault));
        return server.listen(address)
                .<Void>map(open -> {
                    servers.add(open);
                    return null;
                })
                .recover(fault -> Future.failedFuture(explained(config, fault)));
    }

    /** The system says what failed, and seldom where. */
    private static Throwable explained(ListenerConfig config, Throwable fault) {
        if (!(fault instanceof IOException)) {
            return fault;
        }
        String message = String.valueOf(fault.getMessage());
        String why = message.toLowerCase(Locale.ROOT).contains("in use") ? "the address is in use" : message;
        IOException where = new IOException("cannot listen on " + config.host() + ":" + config.port() + ": " + why);
        where.initCause(fault);
        return where;
    }

    /** On the event loop, before the connection has read anything. */
    private void admit(HttpConnection connection) {
        if (!(connection instanceof HttpServerConnection served)) {
            throw new IllegalStateException("a connection without a pipeline: " + connection.getClass());
        }
        ChannelHandlerContext context = served.channelHandlerContext();
        int open = connections.incrementAndGet();
        // Not the connection's close handler: there is one, and whoever handles requests may want it.
        context.channel().closeFuture().addListener(closed -> connections.decrementAndGet());
        ConnectionClock clock = new ConnectionClock(config);
        context.pipeline().addBefore(context.name(), "clock", clock);
        context.pipeline()
                .replace(
                        "httpDecoder",
                        "httpDecoder",
                        new StrictRequestDecoder(options.getHttp1Config(), clock::headBegan));
        if (refusing) {
            clock.refuse(new RequestRejected(503, "draining", "this server is shutting down; try again"));
        } else if (open > config.maxConnections()) {
            clock.refuse(new RequestRejected(503, "too_many_connections", "too many open connections"));
        }
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
    public void refuseNewcomers() {
        refusing = true;
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
