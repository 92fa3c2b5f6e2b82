package dev.penstock.worker.sidecar;

import dev.penstock.protocol.ApiError;
import dev.penstock.protocol.JsonDocument;
import dev.penstock.protocol.JsonLimits;
import dev.penstock.protocol.JsonRejectedException;
import dev.penstock.protocol.announcement.AnnouncedSite;
import dev.penstock.runtime.net.HttpClientFactory;
import dev.penstock.worker.config.DataClass;
import dev.penstock.worker.config.SidecarConfig;
import dev.penstock.worker.config.SidecarModel;
import dev.penstock.worker.config.SiteConfig;
import dev.penstock.worker.config.SiteConfig.Kind;
import dev.penstock.worker.http.Backend;
import dev.penstock.worker.http.Endpoint;
import dev.penstock.worker.http.Exchange;
import dev.penstock.worker.http.ModelStatus;
import dev.penstock.worker.http.RequestRejectedException;
import dev.penstock.worker.http.UnknownModel;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers by passing requests on to another server. It holds the server's credential, so that gateways need none, and is
 * ready while the server answers probes. Thread safe.
 */
public final class SidecarBackend implements Backend, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SidecarBackend.class);
    private static final int NO_ANSWER = 0;
    private static final Duration SOON = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final HttpClientAgent client;
    private final SidecarEgress egress;
    private final SidecarConfig config;
    private final ServerSite site;
    private final Origin origin;
    private final Map<String, Lane> lanes = new LinkedHashMap<>();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final Set<UpstreamCall> calls = ConcurrentHashMap.newKeySet();
    private final long createdSeconds;
    private volatile boolean ready;
    /** What the last probe was answered. */
    private volatile int probeStatus = NO_ANSWER;

    private volatile boolean closed;

    /** A model, and how many requests for it are under way. */
    private record Lane(SidecarModel model, AtomicInteger inFlight) {}

    /** A sidecar with a client of its own, whose server is yet to be probed. */
    public static SidecarBackend create(Vertx vertx, SidecarConfig config, SiteConfig site, InstantSource clock) {
        return create(vertx, config, ServerSite.of(site), clock);
    }

    static SidecarBackend create(Vertx vertx, SidecarConfig config, ServerSite site, InstantSource clock) {
        HttpClientAgent client = HttpClientFactory.create(vertx, config.client());
        return new SidecarBackend(vertx, client, config, site, clock);
    }

    private SidecarBackend(
            Vertx vertx, HttpClientAgent client, SidecarConfig config, ServerSite site, InstantSource clock) {
        this.site = site;
        this.egress = new SidecarEgress(client, site);
        this.vertx = vertx;
        this.client = client;
        this.config = config;
        this.origin = new Origin(config);
        this.createdSeconds = clock.instant().getEpochSecond();
        config.models().forEach(model -> lanes.put(model.name(), new Lane(model, new AtomicInteger())));
    }

    /**
     * Finds out where the server stands, by all addresses that its name has now; tries again until it has some, as often as
     * it is probed. Until then it is taken for a cloud, and nobody can reach it anyway.
     *
     * @return what the pool is told; fails only once this is closed
     */
    public Future<AnnouncedSite> locate() {
        if (closed) {
            return Future.failedFuture(new IllegalStateException("closed before the server was found"));
        }
        return vertx.executeBlocking(() -> List.of(InetAddress.getAllByName(origin.host())), false)
                .map(addresses -> {
                    Kind kind = egress.resolved(addresses);
                    LOG.atInfo()
                            .addKeyValue("url", origin.probeUrl())
                            .addKeyValue("site", kind)
                            .log("the server's site is known");
                    return site.announced(kind);
                })
                .recover(unknown -> {
                    LOG.atWarn().addKeyValue("url", origin.probeUrl()).log("the server's name has no address yet");
                    return vertx.timer(config.probeInterval().toMillis(), TimeUnit.MILLISECONDS)
                            .compose(passed -> locate());
                });
    }

    /** Begins to probe, and goes on until {@link #close}. */
    public void start() {
        if (closed) {
            return;
        }
        client.request(origin.probe())
                .compose(request -> request.send())
                // The body is none of ours, but the connection is kept only where it is read.
                .compose(response -> response.end().map(response.statusCode()))
                .otherwise(NO_ANSWER)
                .onSuccess(status -> {
                    probed(status);
                    vertx.setTimer(config.probeInterval().toMillis(), fired -> start());
                });
    }

    /** A server that refuses the credential would refuse every request: said once, not at each probe. */
    private void probed(int status) {
        boolean alive = status != NO_ANSWER && status < 500 && !refusesCredential(status);
        if (refusesCredential(status) && status != probeStatus) {
            LOG.atWarn()
                    .addKeyValue("url", origin.probeUrl())
                    .addKeyValue("status", status)
                    .log("the server refuses the credential");
        } else if (alive != ready()) {
            LOG.atInfo().addKeyValue("url", origin.probeUrl()).log(alive ? "server is up" : "server is down");
        }
        ready = alive;
        probeStatus = status;
    }

    private static boolean refusesCredential(int status) {
        return status == 401 || status == 403;
    }

    @Override
    public void close() {
        closed = true;
        client.close();
    }

    @Override
    public boolean ready() {
        return ready;
    }

    @Override
    public ApiError unready() {
        int status = probeStatus;
        if (refusesCredential(status)) {
            return ApiError.unavailable(
                    "upstream_unauthorized",
                    "the server behind this worker refuses the worker's credential: " + status,
                    SOON);
        }
        return ApiError.unavailable(
                "upstream_unavailable", "the server behind this worker does not answer its probes", SOON);
    }

    @Override
    public List<ModelStatus> models() {
        return lanes.values().stream().map(this::status).toList();
    }

    private ModelStatus status(Lane lane) {
        return new ModelStatus(
                lane.model().name(),
                createdSeconds,
                "upstream",
                lane.inFlight().get(),
                config.capacity(),
                0,
                0,
                0,
                Optional.empty());
    }

    @Override
    public void serve(Endpoint endpoint, Exchange exchange, byte[] body) {
        DataClass dataClass = egress.admit(exchange.request());
        JsonDocument document = parse(body);
        Lane lane = find(document);
        exchange.model(lane.model().name());
        if (inFlight.incrementAndGet() > config.capacity()) {
            inFlight.decrementAndGet();
            throw new RequestRejectedException(ApiError.unavailable(
                    "overloaded", "the server behind this worker has " + config.capacity() + " requests", SOON));
        }
        lane.inFlight().incrementAndGet();
        ModelRename rename = new ModelRename(lane.model().name(), lane.model().nameUpstream());
        UpstreamCall call = new UpstreamCall(
                exchange,
                options -> egress.request(options, dataClass),
                origin.inference(endpoint),
                rename,
                config.buffer().intBytes());
        calls.add(call);
        exchange.whenEnded(() -> {
            calls.remove(call);
            inFlight.decrementAndGet();
            lane.inFlight().decrementAndGet();
            call.cancel();
        });
        call.send(rename.request(document));
    }

    private static JsonDocument parse(byte[] body) {
        try {
            return JsonDocument.parse(body, JsonLimits.DEFAULT);
        } catch (JsonRejectedException e) {
            throw new RequestRejectedException(e.error());
        }
    }

    private Lane find(JsonDocument document) {
        try {
            String name = document.string("model")
                    .orElseThrow(() -> new RequestRejectedException(
                            ApiError.invalid("model", "model: nothing (expected: the name of a model)")));
            Lane lane = lanes.get(name);
            if (lane == null) {
                throw new RequestRejectedException(UnknownModel.error(name, lanes.keySet()));
            }
            return lane;
        } catch (JsonRejectedException e) {
            throw new RequestRejectedException(e.error());
        }
    }

    @Override
    public void abort() {
        calls.forEach(UpstreamCall::abort);
    }
}
