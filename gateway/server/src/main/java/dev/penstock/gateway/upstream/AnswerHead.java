package dev.penstock.gateway.upstream;

import io.vertx.core.buffer.Buffer;
import java.util.Optional;

/**
 * Sends the head of a 200, once; the headers beside the content type are not the relays' affair. Is told when the answer is
 * whole, before the last of it is sent.
 */
interface AnswerHead {
    /** Sends the head; the body follows in pieces. */
    void commit(String contentType);

    /** All of it is here and checked: what the client is sent next is the last of it. */
    void whole();

    /** What the request has cost with all that was used up to now, in plain digits; empty where that is not known. */
    Optional<String> costUsd();

    /** Sends a whole answer. */
    void answer(String contentType, Buffer body);
}
