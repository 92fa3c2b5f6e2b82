package dev.penstock.gateway.admission;

import dev.penstock.gateway.admission.Acquisition.Refusal;
import dev.penstock.gateway.pipeline.AdmissionDecision;
import dev.penstock.gateway.pipeline.AdmissionDecision.RateLimits;
import dev.penstock.protocol.ApiError;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What a client is told that is over a limit: which, by how much, and when there will be room. */
final class RefusalAnswer {
    private RefusalAnswer() {}

    /** Of several limits that have no room it is the one that takes the longest. */
    static AdmissionDecision of(List<Refusal> refusals, RateLimits limits) {
        Refusal longest = refusals.stream()
                .max(Comparator.comparingLong(Refusal::waitNanos))
                .orElseThrow();
        Claim claim = longest.claim();
        Limit limit = claim.limiter().limit();
        Duration wait = Duration.ofNanos(longest.waitNanos());
        String reached =
                switch (limit.unit()) {
                    case REQUESTS -> "";
                    case TOKENS -> {
                        long left = Math.min(claim.limiter().left(), limit.capacity());
                        yield ": " + limit.capacity() + " at a stretch, " + (limit.capacity() - left) + " used, "
                                + claim.amount() + " needed";
                    }
                    case CONCURRENT_REQUESTS, CONCURRENT_STREAMS -> ": all are running";
                };
        return new AdmissionDecision.Rejected(
                "limit of " + limit.allows() + " reached for " + limit.whose() + reached + tooLong(wait),
                Optional.of(wait),
                limits);
    }

    /** Clients are told to wait a minute at most: of what is longer the message tells. */
    private static String tooLong(Duration wait) {
        return wait.compareTo(ApiError.MAX_RETRY_AFTER) > 0
                ? "; there is room in " + wait.plusMillis(999).toSeconds() + " s"
                : "";
    }

    /** Of a request that is larger than all of a limit. */
    static AdmissionDecision never(Claim claim, RateLimits limits) {
        Limit limit = claim.limiter().limit();
        return new AdmissionDecision.Rejected(
                "the request needs " + claim.amount() + " tokens and can never be admitted: the limit of "
                        + limit.allows() + " for " + limit.whose() + " gives " + limit.capacity() + " at a stretch",
                Optional.empty(),
                limits);
    }
}
