package dev.penstock.runtime.net;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
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
        ClientSSLOptions tls = TlsMaterial.client(config.tls());
        HttpClientOptions options = new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_1_1)
                .setConnectTimeout((int) config.connectTimeout().toMillis())
                .setKeepAlive(true)
                .setKeepAliveTimeout((int) Math.max(1, config.keepAlive().toSeconds()))
                .setPipelining(false)
                .setDecompressionSupported(false)
                .setMaxHeaderSize(config.maxHeaders().intBytes())
                .setMaxRedirects(0)
                .setVerifyHost(true)
                .setTrustAll(false);
        PoolOptions pool =
                new PoolOptions().setHttp1MaxSize(config.maxConnections()).setMaxWaitQueueSize(config.maxWaiting());
        return vertx.httpClientBuilder().with(options).with(tls).with(pool).build();
    }
}
