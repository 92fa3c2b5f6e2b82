package dev.penstock.gateway.upstream;

import io.vertx.core.buffer.Buffer;

/** Sends the head of a 200, once; the headers beside the content type are not the relays' affair. */
interface AnswerHead {
    /** Sends the head; the body follows in pieces. */
    void commit(String contentType);

    /** Sends a whole answer. */
    void answer(String contentType, Buffer body);
}
