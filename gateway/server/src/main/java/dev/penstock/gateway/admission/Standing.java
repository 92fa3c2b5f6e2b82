package dev.penstock.gateway.admission;

import dev.penstock.gateway.config.LimitConfig.Unit;
import dev.penstock.gateway.pipeline.AdmissionDecision.RateLimit;
import dev.penstock.gateway.pipeline.AdmissionDecision.RateLimits;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What clients are told of limits: of each unit that of the limit which leaves the least. */
final class Standing {
    private Standing() {}

    static RateLimits of(List<Limiter> limiters) {
        if (limiters.isEmpty()) {
            return RateLimits.NONE;
        }
        return new RateLimits(tightest(limiters, Unit.REQUESTS), tightest(limiters, Unit.TOKENS));
    }

    private static Optional<RateLimit> tightest(List<Limiter> limiters, Unit unit) {
        @Nullable Limiter tightest = null;
        long least = Long.MAX_VALUE;
        for (Limiter limiter : limiters) {
            if (limiter.limit().unit() == unit) {
                long left = limiter.left();
                if (tightest == null || left < least) {
                    tightest = limiter;
                    least = left;
                }
            }
        }
        if (tightest == null) {
            return Optional.empty();
        }
        long capacity = tightest.limit().capacity();
        return Optional.of(new RateLimit(capacity, least, Duration.ofNanos(tightest.waitNanos(capacity))));
    }
}
