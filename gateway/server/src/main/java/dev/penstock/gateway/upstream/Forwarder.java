package dev.penstock.gateway.upstream;

import dev.penstock.gateway.pipeline.InferenceRequest;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Worker;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.util.Optional;

/** Sends a request to a worker, whoever that is: whether it may go there has been asked by the {@link Egress}. */
interface Forwarder {
    /** What the worker itself calls the model; mostly the model's own name. */
    String modelName(Worker worker, ModelId model);

    /** Whether the worker knows {@code max_tokens} and not {@code max_completion_tokens}. */
    boolean maxTokensOnly(Worker worker);

    /** Begins to connect and send. */
    Call forward(Worker worker, InferenceRequest request, Buffer body);

    /** A request on its way to a worker. */
    interface Call {
        /** The worker's head. Fails with an {@link AttemptFailedException}, also when cancelled before. */
        Future<Answer> answer();

        /** Breaks the connection off, so that the worker stops: at once, idempotent, harmless after the body's end. */
        void cancel();

        /** One that fails before anything was sent. */
        static Call failed(AttemptFailedException failure) {
            return new Call() {
                @Override
                public Future<Answer> answer() {
                    return Future.failedFuture(failure);
                }

                @Override
                public void cancel() {}
            };
        }
    }

    /**
     * A worker's answer, as it comes.
     *
     * @param status HTTP status
     * @param contentType in lower case, empty where there is none
     * @param contentEncoding in lower case, {@code identity} where there is none
     * @param retryAfter as it came
     * @param length of the body as the head declares it, -1 where it does not
     * @param body paused; its end handler is called only for a body that ended as HTTP says it must, else its exception
     *     handler
     */
    record Answer(
            int status,
            String contentType,
            String contentEncoding,
            Optional<String> retryAfter,
            long length,
            ReadStream<Buffer> body) {}
}
