package dev.penstock.runtime.net;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Supplier;

/**
 * Opens HTTP/1.1 listeners with their guards.
 *
 * <p>Before a handler sees a request: its head was well-formed to the letter and within its limits (400, 414, 431) and
 * came in time (408), its body ends where everyone agrees that it does (400), is not compressed (415) and not declared
 * larger than allowed (413). After any refusal the connection closes. A connection without a request in flight ends
 * after the idle timeout; with one, it has no clock of its own.
 */
public final class HttpServerFactory {
    private HttpServerFactory() {}

    /**
     * Opens a listener whose requests run on the caller's context, or on a new event loop where there is none.
     *
     * @param handler sees only requests that passed the guards; reads bodies through {@link BoundedBody}
     * @return fails when the address is taken or the TLS material does not load
     */
    public static Future<Listening> listen(Vertx vertx, ListenerConfig config, Handler<HttpServerRequest> handler) {
        try {
            Listener listener = new Listener(vertx, config);
            return listener.open(handler).map(listener);
        } catch (IllegalArgumentException unloadable) {
            return Future.failedFuture(unloadable);
        }
    }

    /**
     * Opens a listener that is served by several event loops.
     *
     * @param loops how many, from 1
     * @param handlers makes a handler for each loop, on that loop
     * @return as above
     */
    public static Future<Listening> listen(
            Vertx vertx, ListenerConfig config, int loops, Supplier<Handler<HttpServerRequest>> handlers) {
        try {
            Listener listener = new Listener(vertx, config);
            DeploymentOptions instances = new DeploymentOptions().setInstances(Math.max(1, loops));
            return vertx.deployVerticle(() -> new LoopVerticle(listener, handlers), instances)
                    .map(listener);
        } catch (IllegalArgumentException unloadable) {
            return Future.failedFuture(unloadable);
        }
    }

    /** One event loop of a listener. */
    private static final class LoopVerticle extends VerticleBase {
        private final Listener listener;
        private final Supplier<Handler<HttpServerRequest>> handlers;

        LoopVerticle(Listener listener, Supplier<Handler<HttpServerRequest>> handlers) {
            this.listener = listener;
            this.handlers = handlers;
        }

        @Override
        public Future<?> start() {
            return listener.openShared(handlers.get());
        }
    }
}
