package dev.penstock.runtime.net;

import io.vertx.core.Future;
import java.time.Duration;

/** An HTTP listener that is open. */
public interface Listening {

    /** The port that is bound, also where the configuration asked for port 0. */
    int port();

    /** Connections open now. */
    int connections();

    /**
     * Serves new handshakes with other certificates; connections that are open stay. The files are read even where
     * their names are the same.
     *
     * @return fails, and changes nothing, when the material does not load; also when the listener is cleartext
     */
    Future<Void> updateTls(ServerTls tls);

    /** Answers connections that come from now on with 503, and closes them; those that are open are served as before. */
    void refuseNewcomers();

    /** Takes no more connections, ends idle ones, and ends those with a request in flight after the grace. */
    Future<Void> close(Duration grace);
}
