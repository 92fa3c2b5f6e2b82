package dev.penstock.gateway.pipeline;

import dev.penstock.routing.TokenUsage;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** Port: answers given before. */
public interface ResponseCache {
    /** Holds nothing, and is not told of. */
    ResponseCache NONE = (principal, request, control) -> new Recall() {};

    /** What memory has to do with a request. Quick: called on its event loop. */
    Recall recall(Principal principal, InferenceRequest request, CacheControl control);

    /**
     * An answer from memory, in the shape that the request asks for: one JSON body, or a whole event stream.
     *
     * @param source by what it was found
     * @param age since it was made
     * @param nanoUsd what it cost to make, in billionths of a dollar; empty where that is not known
     * @param detail how like the question was, where that is told
     * @param served to be called, once, when it is what the client is answered
     */
    record CachedAnswer(
            Source source,
            Duration age,
            String contentType,
            Buffer body,
            OptionalLong nanoUsd,
            Optional<String> detail,
            Runnable served) {}

    /** By what an answer is found. */
    enum Source {
        /** By the very same request. */
        EXACT,
        /** By a question that means the same. */
        SEMANTIC
    }

    /** Who runs a request that several gateways have at once. */
    sealed interface Turn {
        /** This one. */
        record Ours() implements Turn {}

        /**
         * Another.
         *
         * @param over completes when it has answered it, or will not; never fails
         */
        record Theirs(Future<Void> over) implements Turn {}
    }

    /** Memory and one request. Called on its event loop; nothing blocks. What it does not override has nothing to do with memory. */
    interface Recall {
        /** Why it is neither looked up nor kept; empty also where there is no memory at all. */
        default Optional<String> bypass() {
            return Optional.empty();
        }

        /** Whether there is a memory. */
        default boolean present() {
            return false;
        }

        /** The answer to exactly that. */
        default Optional<CachedAnswer> exact() {
            return Optional.empty();
        }

        /** What all have in common that are answered at once by one answer; empty where each has its own. */
        default Optional<String> flight() {
            return Optional.empty();
        }

        /** Whose turn it is among gateways. Never fails. */
        default Future<Turn> turn() {
            return Future.succeededFuture(new Turn.Ours());
        }

        /** The answer to a question that means the same. Completes soon, anywhere; never fails. */
        default Future<Optional<CachedAnswer>> similar() {
            return Future.succeededFuture(Optional.empty());
        }

        /** Whether it goes to a worker while {@link #similar} looks. */
        default boolean speculative() {
            return false;
        }

        /** The longest answer that is remembered, in bytes. */
        default int maxBytes() {
            return 0;
        }

        /** It was answered by a worker, and what it was sent may be remembered; completes when others find the answer, or will not. Never fails. */
        default Future<Void> answered(Buffer sent, TokenUsage used, OptionalLong nanoUsd) {
            return Future.succeededFuture();
        }

        /** No worker answered it, not with what could be remembered, or memory did. Changes nothing where it is said again. */
        default void unanswered() {}
    }
}
