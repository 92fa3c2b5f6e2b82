package dev.penstock.gateway.pipeline;

import dev.penstock.routing.Worker;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.time.Duration;
import java.util.Map;

/** Port: sends a request to a worker. The only place that dials one. */
public interface Forwarder {
    /**
     * Connects and sends; completes with the worker's head. The body is paused until resumed. Fails with an
     * {@link AttemptFailedException}. What is not read to its end must be {@linkplain Answer#cancel cancelled}.
     *
     * @param deadline how long this attempt may take in all
     */
    Future<Answer> forward(Worker worker, InferenceRequest request, Duration deadline);

    /** A worker's answer, as it comes. */
    interface Answer {
        /** HTTP status. */
        int status();

        /** Headers, names in lower case. */
        Map<String, String> headers();

        /** The body, paused. Its end handler is called only for a body that ended as HTTP says it must. */
        ReadStream<Buffer> body();

        /** Breaks the connection off, so that the worker stops: at once, idempotent, harmless after the end. */
        void cancel();
    }
}
