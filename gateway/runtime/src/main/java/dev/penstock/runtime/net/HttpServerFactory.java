package dev.penstock.runtime.net;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;

/** Opens HTTP listeners with their guards. */
public final class HttpServerFactory {
    private HttpServerFactory() {}

    /**
     * Opens a listener whose requests run on the caller's context, or on a new event loop where there is none.
     *
     * <p>The handler sees only requests that passed the guards. It reads a body through {@link BoundedBody}.
     */
    public static Future<Listening> listen(Vertx vertx, ListenerConfig config, Handler<HttpServerRequest> handler) {
        HttpServerOptions options = new HttpServerOptions()
                .setHost(config.host())
                .setPort(config.port())
                .setMaxHeaderSize(config.maxHeaders().intBytes())
                .setMaxInitialLineLength(config.maxRequestLine().intBytes())
                .setHttp2ClearTextEnabled(false);
        HttpServer server = vertx.createHttpServer(options).requestHandler(handler);
        return server.listen().map(open -> new Listening() {
            @Override
            public int port() {
                return open.actualPort();
            }

            @Override
            public int connections() {
                return 0;
            }

            @Override
            public Future<Void> updateTls(ServerTls tls) {
                return Future.failedFuture("cleartext");
            }

            @Override
            public Future<Void> close(Duration grace) {
                return open.shutdown(grace);
            }
        });
    }
}
