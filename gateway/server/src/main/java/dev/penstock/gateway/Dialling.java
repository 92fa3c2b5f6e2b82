package dev.penstock.gateway;

import dev.penstock.gateway.config.GatewayConfig;
import dev.penstock.gateway.config.UpstreamConfig;
import dev.penstock.gateway.upstream.Egress;
import dev.penstock.gateway.upstream.UpstreamAccess;
import dev.penstock.routing.Worker;
import dev.penstock.runtime.net.ClientConfig;
import dev.penstock.runtime.net.ClientTls;
import dev.penstock.runtime.net.Drain;
import dev.penstock.runtime.net.HttpClientFactory;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientAgent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The connections to workers: those of requests and those of probes. Kept over a reload unless how they are made has
 * changed: the connect clock, or TLS material, its files' content included. Then new ones are made, and the old ones closed
 * when the last request and probe on them have ended.
 */
final class Dialling {
    /**
     * What connections are made with.
     *
     * @param connect the connect clock
     * @param files TLS files and the digest of what is in them
     */
    record Terms(Duration connect, Map<ClientTls, Map<Path, String>> files) {
        static Terms of(GatewayConfig config) {
            Map<ClientTls, Map<Path, String>> files = new HashMap<>();
            Stream.concat(
                            Stream.of(poolTls(config)),
                            config.upstreams().stream().map(UpstreamConfig::tls).map(Terms::orSystem))
                    .distinct()
                    .forEach(tls -> files.put(tls, digests(tls)));
            return new Terms(config.clocks().connect(), files);
        }

        private static ClientTls poolTls(GatewayConfig config) {
            return orSystem(config.cluster().flatMap(cluster -> cluster.workerTls()));
        }

        private static ClientTls orSystem(Optional<ClientTls> tls) {
            return tls.orElseGet(ClientTls::system);
        }

        private static Map<Path, String> digests(ClientTls tls) {
            Map<Path, String> digests = new TreeMap<>();
            Stream.of(tls.trust(), tls.certificate(), tls.key())
                    .flatMap(Optional::stream)
                    .forEach(file -> digests.put(file, digest(file)));
            return digests;
        }

        private static String digest(Path file) {
            try {
                byte[] content = Files.readAllBytes(file);
                return HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(content));
            } catch (IOException unreadable) {
                throw new IllegalArgumentException(
                        "tls: " + file + " cannot be read: " + unreadable.getMessage(), unreadable);
            } catch (NoSuchAlgorithmException impossible) {
                throw new IllegalStateException("SHA-256 is part of every JDK", impossible);
            }
        }
    }

    private static final Duration LONGEST_RETIREMENT = Duration.ofHours(24);
    /** As many as a worker's capacity may be: how many requests are under way is decided there, and not here. */
    private static final int MOST_CONNECTIONS = 100_000;
    /** The most that {@code health.probe-timeout} may be. */
    private static final Duration LONGEST_PROBE = Duration.ofMinutes(1);

    private final Terms terms;
    private final Egress egress;
    private final Map<ClientTls, HttpClientAgent> probes = new HashMap<>();
    private final Drain users = new Drain();

    /**
     * New connections on these terms.
     *
     * @param access how a worker is used, by the configuration of the moment
     * @param current a worker as it is now, empty where it has left
     * @param loadReports is told what a worker says of its load beside an answer
     * @throws IllegalArgumentException where TLS material does not load
     */
    Dialling(
            Vertx vertx,
            Terms terms,
            Function<Worker, Optional<UpstreamAccess>> access,
            Function<Worker, Optional<Worker>> current,
            BiConsumer<Worker, String> loadReports) {
        this.terms = terms;
        ClientConfig client =
                ClientConfig.defaults().withConnectTimeout(terms.connect()).withMaxConnections(MOST_CONNECTIONS);
        egress = new Egress(vertx, client, terms.files().keySet(), access, current, loadReports);
        // Made now rather than at the first probe, so that material that does not load is refused here.
        for (ClientTls tls : terms.files().keySet()) {
            probes.put(tls, HttpClientFactory.create(vertx, client.withTls(tls)));
        }
    }

    Terms terms() {
        return terms;
    }

    Egress egress() {
        return egress;
    }

    /** The client that probes a worker whose certificate is judged so. */
    HttpClient probe(ClientTls tls) {
        HttpClient client = probes.get(tls);
        if (client == null) {
            throw new IllegalStateException("no client for " + tls);
        }
        return client;
    }

    /** Counts a request in; closed when it has ended. */
    Drain.Ticket use() {
        return users.enter();
    }

    /** Whether it has not been retired. */
    boolean usable() {
        return users.accepting();
    }

    /**
     * Closes it when the last request on it has ended and the last probe must have: one that is cut off would condemn a
     * worker that is well.
     */
    void retire(Vertx vertx) {
        users.drain(vertx, LONGEST_RETIREMENT)
                .compose(drained -> vertx.timer(LONGEST_PROBE.toMillis(), TimeUnit.MILLISECONDS))
                .onComplete(over -> close());
    }

    void close() {
        egress.close();
        probes.values().forEach(HttpClientAgent::close);
    }
}
