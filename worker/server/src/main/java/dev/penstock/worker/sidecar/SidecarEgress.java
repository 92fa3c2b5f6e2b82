package dev.penstock.worker.sidecar;

import dev.penstock.protocol.ApiError;
import dev.penstock.worker.config.DataClass;
import dev.penstock.worker.config.SiteConfig.Kind;
import dev.penstock.worker.http.RequestRejectedException;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The only way for what a client has said from a sidecar to its server. The gateway says how far it may travel; a gateway
 * that is wrong about where the server stands, or a name that leads elsewhere than it did, is found out here: before a
 * connection is asked for, by the addresses that the server's name had at the start, and again before a byte is written, by
 * the address that the connection really leads to.
 */
final class SidecarEgress {
    private static final String DATA_CLASS = "x-penstock-data-class";

    private final HttpClientAgent client;
    private final ServerSite site;
    private volatile Kind kind = Kind.CLOUD;

    /** An egress that takes its server for a cloud until it is {@linkplain #resolved told otherwise}. */
    SidecarEgress(HttpClientAgent client, ServerSite site) {
        this.client = client;
        this.site = site;
    }

    /** These are the addresses of the server. */
    Kind resolved(List<InetAddress> addresses) {
        kind = site.kind(addresses);
        return kind;
    }

    /**
     * How far a request may travel, by its header; one without is taken as it comes.
     *
     * @throws RequestRejectedException a 403 where it may not go to the server, a 400 for a class there is not
     */
    DataClass admit(HttpServerRequest request) {
        List<String> given = request.headers().getAll(DATA_CLASS);
        if (given.isEmpty()) {
            return DataClass.PUBLIC;
        }
        DataClass dataClass = DataClass.ofWireName(given.getFirst())
                .filter(known -> given.size() == 1)
                .orElseThrow(() -> new RequestRejectedException(ApiError.invalid(
                        DATA_CLASS, DATA_CLASS + ": not known (expected: public, internal or private, once)")));
        if (!site.permits(dataClass, kind)) {
            throw new RequestRejectedException(refusal(dataClass));
        }
        return dataClass;
    }

    /** Connects; fails with a {@link RequestRejectedException}, nothing written, where the connection leads too far. */
    Future<HttpClientRequest> request(RequestOptions options, DataClass dataClass) {
        return client.request(options).compose(request -> {
            if (dataClass == DataClass.PUBLIC || mayGoTo(request.connection().remoteAddress(), dataClass)) {
                return Future.succeededFuture(request);
            }
            request.reset();
            return Future.failedFuture(new RequestRejectedException(refusal(dataClass)));
        });
    }

    private boolean mayGoTo(@Nullable SocketAddress remote, DataClass dataClass) {
        String address = remote == null ? null : remote.hostAddress();
        return address != null && site.permits(dataClass, site.kind(List.of(InetAddress.ofLiteral(address))));
    }

    private static ApiError refusal(DataClass dataClass) {
        return ApiError.invalid(
                        403,
                        DATA_CLASS + ": " + dataClass.wireName()
                                + ", which the server behind this worker may not see (expected: a worker whose server may)")
                .withCode("data_class_not_permitted")
                .withParam(DATA_CLASS);
    }
}
