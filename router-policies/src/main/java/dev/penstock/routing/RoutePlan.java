package dev.penstock.routing;

import java.time.Duration;
import java.util.List;

/**
 * Attempts in order. Fallback, hedging and cascades are all plans: a later attempt starts when the one before has failed
 * before its first content byte.
 *
 * @param attempts at least one
 */
public record RoutePlan(List<Attempt> attempts) implements RoutingDecision {
    /**
     * One worker to try.
     *
     * @param worker whom
     * @param startDelay start no earlier than this after the attempt before it began; zero: when that one has failed
     */
    public record Attempt(Worker worker, Duration startDelay) {}

    public RoutePlan {
        if (attempts.isEmpty()) {
            throw new IllegalArgumentException("attempts: 0 (expected: >= 1; nobody to try is a NoCandidate)");
        }
        attempts = List.copyOf(attempts);
    }
}
