package dev.penstock.gateway.upstream;

import dev.penstock.runtime.net.ClientConfig;
import dev.penstock.runtime.net.HttpClientFactory;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Connections to workers, kept between requests. Each belongs to the event loop that opened it and is taken, used and given
 * back there, so that nothing is locked and no answer changes threads on its way. The one that was used last is taken
 * first: what a burst has opened grows old and is closed.
 */
final class KeptConnections {
    private static final String KEEP_ALIVE_TIMEOUT = "timeout=";

    private final Vertx vertx;
    private final HttpClientAgent client;
    private final long keepNanos;
    private final int maxConnections;
    private final ThreadLocal<Map<Origin, OfLoop>> loops = ThreadLocal.withInitial(HashMap::new);

    /**
     * None yet.
     *
     * @throws IllegalArgumentException where TLS material does not load
     */
    KeptConnections(Vertx vertx, ClientConfig config) {
        this.vertx = vertx;
        this.client = HttpClientFactory.create(vertx, config);
        this.keepNanos = config.keepAlive().toNanos();
        this.maxConnections = config.maxConnections();
    }

    /** Where a connection leads. */
    record Origin(String host, int port, boolean tls) {}

    /** Those of one event loop to one origin. */
    private static final class OfLoop {
        private final ArrayDeque<Kept> idle = new ArrayDeque<>();
        private int open;
        private boolean sweeping;
    }

    /** One that was taken: to be given back after its answer, or reset. */
    final class Kept {
        private final HttpClientConnection connection;
        private final OfLoop home;
        private boolean used;
        private boolean gone;
        private long untilNanos;

        private Kept(HttpClientConnection connection, OfLoop home) {
            this.connection = connection;
            this.home = home;
        }

        HttpClientConnection connection() {
            return connection;
        }

        /** Whether it has served before: only such a one can be stale. */
        boolean used() {
            return used;
        }

        /** Its answer has ended as HTTP says it must: it may serve again, unless its server said otherwise. */
        void giveBack(HttpClientResponse answer) {
            if (gone) {
                return;
            }
            long keep = Math.min(keepNanos, keepNanos(answer));
            if (keep <= 0) {
                close();
                return;
            }
            used = true;
            untilNanos = System.nanoTime() + keep;
            home.idle.addLast(this);
            if (!home.sweeping) {
                home.sweeping = true;
                sweepLater(home);
            }
        }

        private void close() {
            var unused = connection.close();
        }

        private void closed() {
            gone = true;
            home.open--;
            home.idle.remove(this);
        }
    }

    /** A kept connection, or a new one where there is none or {@code fresh} says so. Call on an event loop. */
    Future<Kept> take(Origin origin, boolean fresh, long connectTimeoutMillis) {
        OfLoop home = loops.get().computeIfAbsent(origin, _ -> new OfLoop());
        Kept kept = fresh ? null : home.idle.pollLast();
        if (kept != null && kept.untilNanos - System.nanoTime() > 0) {
            return Future.succeededFuture(kept);
        }
        if (kept != null) {
            kept.close();
        }
        return open(origin, home, connectTimeoutMillis);
    }

    private Future<Kept> open(Origin origin, OfLoop home, long connectTimeoutMillis) {
        if (home.open >= maxConnections) {
            return Future.failedFuture(new IOException("all " + maxConnections + " connections are in use"));
        }
        home.open++;
        HttpConnectOptions options = new HttpConnectOptions()
                .setHost(origin.host())
                .setPort(origin.port())
                .setSsl(origin.tls())
                .setConnectTimeout(connectTimeoutMillis);
        return client.connect(options)
                .map(connection -> {
                    Kept opened = new Kept(connection, home);
                    connection.closeHandler(closed -> opened.closed());
                    // A break reaches whoever uses it by its request; of the others Vert.x would log an error.
                    connection.exceptionHandler(broken -> {});
                    return opened;
                })
                .onFailure(failed -> home.open--);
    }

    /** Closes what has been unused for too long; runs as long as there is something unused. */
    private void sweepLater(OfLoop home) {
        vertx.setTimer(TimeUnit.NANOSECONDS.toMillis(keepNanos) / 4 + 1, _ -> {
            long now = System.nanoTime();
            for (Kept oldest = home.idle.peekFirst();
                    oldest != null && oldest.untilNanos - now <= 0;
                    oldest = home.idle.peekFirst()) {
                home.idle.pollFirst();
                oldest.close();
            }
            home.sweeping = !home.idle.isEmpty();
            if (home.sweeping) {
                sweepLater(home);
            }
        });
    }

    /** How long the server of an answer keeps its connection, so that it is closed here first; 0 where it does not. */
    private static long keepNanos(HttpClientResponse answer) {
        String connection = answer.getHeader("connection");
        boolean close =
                connection != null && connection.toLowerCase(Locale.ROOT).contains("close");
        boolean old = answer.version() == HttpVersion.HTTP_1_0;
        if (close || (old && !"keep-alive".equalsIgnoreCase(connection))) {
            return 0;
        }
        String terms = answer.getHeader("keep-alive");
        int at = terms == null ? -1 : terms.indexOf(KEEP_ALIVE_TIMEOUT);
        if (terms == null || at < 0) {
            return Long.MAX_VALUE;
        }
        int from = at + KEEP_ALIVE_TIMEOUT.length();
        int to = from;
        while (to < terms.length() && to - from < 9 && Character.digit(terms.charAt(to), 10) >= 0) {
            to++;
        }
        return to == from ? Long.MAX_VALUE : TimeUnit.SECONDS.toNanos(Long.parseLong(terms, from, to, 10));
    }

    /** Closes them all. */
    Future<Void> close() {
        return client.close();
    }
}
