package dev.penstock.gateway.pipeline;

import dev.penstock.protocol.ApiError;
import dev.penstock.routing.Capability;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.NoCandidate;
import dev.penstock.routing.Operation;
import dev.penstock.routing.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Everything that can end a request other than its answer. One mapper turns these into HTTP. */
public sealed interface GatewayError {
    /** Refused while reading or decoding (4xx, or 503 for want of memory): already in the client's shape. */
    record BadRequest(ApiError error) implements GatewayError {}

    /** No key, a wrong one, or one that may not. */
    record Unauthenticated(String reason) implements GatewayError {}

    /** A key that is known, and may not ask this, or not from there. */
    record Forbidden(String code, String reason) implements GatewayError {
        /** It may not ask this of any model. */
        public static Forbidden endpoint(Operation operation) {
            return new Forbidden(
                    "endpoint_not_allowed",
                    operation.path() + ": not for this API key (expected: one of its endpoints)");
        }

        /** It may not be shown from there. */
        public static Forbidden network() {
            return new Forbidden(
                    "ip_not_allowed", "this API key may not be used from your address (expected: one of its networks)");
        }
    }

    /** A limit that holds for the principal; without a time to try again it is too small for the request as it is. */
    record RateLimited(String reason, Optional<Duration> retryAfter) implements GatewayError {}

    /** A budget does not allow it: in the client's shape, telling why. */
    record OverBudget(ApiError error) implements GatewayError {}

    /** What is left of a budget cannot be told now. */
    record BudgetUnknown(String reason) implements GatewayError {}

    /** Nobody serves it. {@code nearest}: known names like it, nearest first, at most three. */
    record UnknownModel(ModelId model, List<ModelId> nearest) implements GatewayError {}

    /** Nobody who serves it can do this. */
    record MissingCapability(ModelId model, Capability capability) implements GatewayError {}

    /** Nobody who serves it is alive. */
    record NoLiveWorker(ModelId model) implements GatewayError {}

    /** Workers serve it, but none of those that live may run this request. */
    record Constrained(NoCandidate.Constrained why) implements GatewayError {}

    /** The model's queue is full, or the wait in it was too long. */
    record Overloaded(ModelId model, Duration retryAfter) implements GatewayError {}

    /** It was to be answered from memory alone, which does not have it. */
    record NotRemembered() implements GatewayError {}

    /** The process is going down. */
    record Draining() implements GatewayError {}

    /** Every attempt failed; the class of the last, and when it said to try again. */
    record UpstreamFailed(Outcome.FailureClass failure, int attempts, Optional<Duration> retryAfter)
            implements GatewayError {}

    /** The worker refused the request as such: its own 4xx, in the client's shape. */
    record UpstreamRefused(ApiError error) implements GatewayError {}

    /** The client left before its answer. Nobody is there to be told. */
    record ClientGone() implements GatewayError {}

    /** A defect of ours. The cause is logged with the request id, never told. */
    record Internal() implements GatewayError {}
}
