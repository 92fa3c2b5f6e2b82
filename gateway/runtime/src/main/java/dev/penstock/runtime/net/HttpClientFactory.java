package dev.penstock.runtime.net;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientBuilder;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.ClientSSLOptions;

/** Makes HTTP clients. */
public final class HttpClientFactory {
    private HttpClientFactory() {}

    /**
     * A client for {@code http} and {@code https} (say which in each request's options), HTTP/1.1 only, that verifies
     * host names and decodes no content.
     *
     * <p>Its TLS options are its own and never change: after a reload, make another client and close this one. Requests
     * must not carry TLS options of their own, and must not follow redirects (which is the default).
     *
     * @throws IllegalArgumentException when the TLS material does not load
     */
    public static HttpClientAgent create(Vertx vertx, ClientConfig config) {
        // A break reaches whoever uses the connection by its request; where nobody does, Vert.x would log an error.
        return builder(vertx, config, true)
                .withConnectHandler(connection -> connection.exceptionHandler(broken -> {}))
                .build();
    }

    /** Gives up a request that was not sent. Its reset alone would be logged as an error. */
    public static void abandon(HttpClientRequest request) {
        request.exceptionHandler(reset -> {});
        var unused = request.reset();
    }

    /**
     * The same, to be finished: with a handler of its connections, say.
     *
     * @param keepAlive whether a connection may serve another request
     * @throws IllegalArgumentException when the TLS material does not load
     */
    public static HttpClientBuilder builder(Vertx vertx, ClientConfig config, boolean keepAlive) {
        ClientSSLOptions tls = TlsMaterial.client(config.tls());
        HttpClientOptions options = new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_1_1)
                .setConnectTimeout((int) config.connectTimeout().toMillis())
                .setKeepAlive(keepAlive)
                .setKeepAliveTimeout((int) Math.max(1, config.keepAlive().toSeconds()))
                .setPipelining(false)
                .setDecompressionSupported(false)
                .setMaxHeaderSize(config.maxHeaders().intBytes())
                .setMaxRedirects(0)
                .setVerifyHost(true)
                .setTrustAll(false);
        // A peer that lost its power sends nothing that would break the connection: the kernel finds out in 16 s.
        options.setTcpKeepAlive(true)
                .setTcpUserTimeout(16_000)
                .setTcpKeepAliveIdleSeconds(10)
                .setTcpKeepAliveIntervalSeconds(2)
                .setTcpKeepAliveCount(3);
        PoolOptions pool =
                new PoolOptions().setHttp1MaxSize(config.maxConnections()).setMaxWaitQueueSize(config.maxWaiting());
        return vertx.httpClientBuilder().with(options).with(tls).with(pool);
    }
}
