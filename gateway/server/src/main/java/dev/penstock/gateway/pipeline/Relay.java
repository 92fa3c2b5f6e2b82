package dev.penstock.gateway.pipeline;

import dev.penstock.protocol.ApiError;
import dev.penstock.routing.Outcome;
import dev.penstock.routing.RoutePlan;
import dev.penstock.routing.TokenUsage;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Port: one attempt: the request to a worker, its answer on to the client. */
public interface Relay {
    /**
     * Sends the request and relays the answer. Nothing is sent to the client before the first content of the answer is
     * checked; a failure before that leaves the exchange open for the next attempt, one after it leaves it committed and not
     * ended. Breaks the upstream off as soon as the client has gone.
     *
     * @param attempt whom to, with the permit to send it there
     * @param answering who is told how far the answer is
     * @param deadlineNanos when the request must be over, on the process's monotonic clock
     * @return how it ended, when the worker is done with it; the last bytes may still be on their way to the client. Never
     *     fails
     */
    Future<Result> relay(
            RoutePlan.Attempt attempt,
            InferenceRequest request,
            ClientExchange client,
            Answering answering,
            long deadlineNanos);

    /** Who hears of an answer what must be done before the client gets more of it. On the request's event loop. */
    @FunctionalInterface
    interface Answering {
        /** What the answer carries beside its content type; asked for when the answer is committed. */
        Map<String, String> headers();

        /**
         * All of the answer is here and sound. Called once, before the client is sent the last of it: of an event stream its
         * {@code [DONE]}, of what is sent whole its head, of what is piped its end.
         *
         * @param usage what it used, as the worker reports it or else as estimated
         */
        default void whole(TokenUsage usage) {}

        /**
         * What the request has cost with this answer, in US dollars as it is billed, in plain digits; empty where that is not
         * known. Asked for where the client is told the usage: what the answer used is settled by it.
         *
         * @param usage what the answer used, as the worker reports it
         */
        default Optional<String> costUsd(TokenUsage usage) {
            return Optional.empty();
        }
    }

    /**
     * How an attempt ended.
     *
     * @param outcome what the fleet learns
     * @param usage what was used as far as known, partial where it broke off
     * @param firstContentNanos when the first content was sent on
     * @param refusal the worker's own 4xx in the client's shape, with {@link Outcome.Ignored}
     * @param retryAfter when the worker asked to be tried again
     * @param detail what was seen, for the log: never bodies
     */
    record Result(
            Outcome outcome,
            TokenUsage usage,
            OptionalLong firstContentNanos,
            Optional<ApiError> refusal,
            Optional<Duration> retryAfter,
            String detail) {}
}
