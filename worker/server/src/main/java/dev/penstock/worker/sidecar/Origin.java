package dev.penstock.worker.sidecar;

import dev.penstock.runtime.config.Secret;
import dev.penstock.worker.config.SidecarConfig;
import dev.penstock.worker.http.Endpoint;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.util.Optional;

/**
 * The one server that requests go to. Every request is made here, so that the credential goes nowhere else and nothing a
 * caller sends chooses the address.
 */
final class Origin {
    private static final String API = "/v1";

    private final URI url;
    private final String basePath;
    private final Optional<Secret> credential;
    private final SidecarConfig config;

    Origin(SidecarConfig config) {
        this.config = config;
        this.url = config.url();
        this.credential = config.credential();
        String path = url.getRawPath() == null ? "" : url.getRawPath().replaceAll("/+$", "");
        this.basePath = path.isEmpty() ? API : path;
    }

    /** A request for one of the inference routes, under the server's own base path. */
    RequestOptions inference(Endpoint endpoint) {
        return options(HttpMethod.POST, basePath + endpoint.path().substring(API.length()))
                .setIdleTimeout(config.silenceTimeout().toMillis());
    }

    /** The server's name, or its address. */
    String host() {
        String host = url.getHost();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /** The request that asks whether the server lives. */
    RequestOptions probe() {
        return options(HttpMethod.GET, config.probePath())
                .setTimeout(config.probeTimeout().toMillis());
    }

    /** Where the probe goes, for the log: never with what the URL may hold of a user or a key. */
    String probeUrl() {
        String port = url.getPort() >= 0 ? ":" + url.getPort() : "";
        return url.getScheme() + "://" + url.getHost() + port + config.probePath();
    }

    private RequestOptions options(HttpMethod method, String path) {
        boolean tls = "https".equals(url.getScheme());
        int port = url.getPort() >= 0 ? url.getPort() : tls ? 443 : 80;
        RequestOptions options = new RequestOptions()
                .setMethod(method)
                .setHost(url.getHost())
                .setPort(port)
                .setSsl(tls)
                .setURI(path)
                .setFollowRedirects(false);
        credential.ifPresent(key -> options.putHeader("authorization", "Bearer " + key.reveal()));
        return options;
    }
}
