package dev.penstock.loadtest.generator;

import java.util.Locale;

/** Why an answer does not count. Each request that fails is of one class, the first that was seen. */
public enum Failure {
    /** No connection: refused, unreachable, not made in time, or the handshake failed. */
    CONNECT,
    /** The connection ended or was reset before the answer was whole. */
    CUT,
    /** The answer did not come in time. */
    TIMEOUT,
    /** 429. */
    STATUS_429,
    /** Another status of 4xx. */
    STATUS_4XX,
    /** 503. */
    STATUS_503,
    /** Another status of 5xx. */
    STATUS_5XX,
    /** A status of 1xx, or of 2xx and 3xx other than 200. */
    STATUS_OTHER,
    /** Not HTTP: a bad head, bad chunks, bytes after the end, a content type that does not fit. */
    HTTP_FRAMING,
    /** Not an event stream: bytes that are no event, an unfinished event at the end, something after {@code [DONE]}. */
    SSE_FRAMING,
    /** A stream that ended in order without {@code [DONE]}. */
    NO_DONE,
    /** The stream said itself that it failed, with an error event. */
    ERROR_EVENT,
    /** Not the JSON that the API has for it. */
    SHAPE,
    /** Text or vector differ from what the mock says to this prompt: lost, doubled or altered tokens. */
    CONTENT,
    /** {@code usage} is missing where it was asked for, or differs. */
    USAGE,
    /** Was never sent: no connection was free before the run ended. */
    NOT_SENT;

    /** As reports write it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
