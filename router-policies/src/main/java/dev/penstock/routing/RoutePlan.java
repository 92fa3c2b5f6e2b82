package dev.penstock.routing;

import java.time.Duration;
import java.util.List;

/**
 * Attempts in order. Fallback, hedging and cascades are all plans: they differ in when a later attempt starts.
 *
 * @param attempts at least one; the first starts at once
 * @param reason why this plan, in a word or two, for the answer's {@code x-penstock-reason}
 */
public record RoutePlan(List<Attempt> attempts, String reason) implements RoutingDecision {
    /**
     * One worker to try.
     *
     * @param worker whom
     * @param model as what: one of the models that would do
     * @param start when
     * @param transform what is done to the request before it is sent there, and undone in the answer
     * @param permit proof that this worker may see the request
     * @param estimate what it is expected to take
     */
    public record Attempt(
            Worker worker, ServedModel model, Start start, Transform transform, Permit permit, Estimate estimate) {}

    /** When an attempt starts. None starts once a byte of an answer has gone to the client. */
    public sealed interface Start {
        /** When the one before it has failed; the first at once. */
        record AfterFailure() implements Start {}

        /** When the one before it has given no content for so long after it began; both then run, and the first wins. */
        record Hedge(Duration delay) implements Start {}

        /**
         * When the answer of the one before it is whole and its confidence is below this: the mean probability of its
         * tokens, 0 to 1.
         */
        record Escalation(double minConfidence) implements Start {}

        /** The plain case. */
        Start AFTER_FAILURE = new AfterFailure();
    }

    /** What is done to a request on its way out. */
    public enum Transform {
        /** It goes as it is. */
        NONE
    }

    /**
     * What an attempt is expected to take.
     *
     * @param dollars on average; NaN where the price is unknown
     * @param firstTokenSeconds until the first token, on average
     * @param seconds until the last, on average
     * @param p95Seconds until the last, in 19 of 20 cases
     */
    public record Estimate(double dollars, double firstTokenSeconds, double seconds, double p95Seconds) {
        /** Nothing is known of it. */
        public static final Estimate UNKNOWN = new Estimate(Double.NaN, Double.NaN, Double.NaN, Double.NaN);
    }

    public RoutePlan {
        if (attempts.isEmpty()) {
            throw new IllegalArgumentException("attempts: 0 (expected: >= 1; nobody to try is a NoCandidate)");
        }
        attempts = List.copyOf(attempts);
    }
}
