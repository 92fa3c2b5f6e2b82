package dev.penstock.routing;

import java.time.Duration;
import java.util.Optional;

/** How an attempt ended: what breakers and predictors learn from. */
public sealed interface Outcome {
    /** It answered in full. */
    record Succeeded(Duration timeToFirstByte, Duration total, TokenUsage usage) implements Outcome {}

    /** The worker is at fault. */
    record Failed(FailureClass failure, Duration total, Optional<TokenUsage> partial) implements Outcome {}

    /** The client is at fault (a 4xx of the worker's): says nothing about the worker. */
    record Ignored(int status, Duration total) implements Outcome {}

    /** The client left. */
    record Cancelled(Duration total, Optional<TokenUsage> partial) implements Outcome {}

    /** Another copy of the request was answered first, and this one was cancelled: says nothing about the worker. */
    record LostHedge(Duration total, Optional<TokenUsage> partial) implements Outcome {}

    /** Why a worker's attempt failed. */
    enum FailureClass {
        /** No connection within the connect clock, or refused. */
        CONNECT,
        /** No first content within its clock. */
        FIRST_TOKEN_TIMEOUT,
        /** Silence between tokens beyond its clock. */
        STALLED,
        /** The absolute deadline passed. */
        DEADLINE,
        /** The connection broke or ended early. */
        RESET,
        /** What came was not the protocol: garbage, truncated JSON, an endless line. */
        PROTOCOL,
        /** A 5xx. */
        SERVER_ERROR,
        /** A 429 or 503 that says "busy": load, not sickness. */
        OVERLOADED,
        /** It said that it cannot run this request, which another may: no word on its health or its load. */
        DECLINED
    }
}
