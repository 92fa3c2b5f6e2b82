package dev.penstock.gateway.admission;

import dev.penstock.gateway.config.LimitConfig.Unit;
import dev.penstock.gateway.pipeline.TokenReserve;

/** What one request needs of one limit. */
record Claim(Limiter limiter, long amount) {
    /**
     * Of tokens no more than the bucket can hold, as long as the prompt fits: what is generated is a guess, and whatever it
     * will be, is settled.
     */
    static Claim of(Limiter limiter, TokenReserve reserve) {
        return new Claim(
                limiter,
                limiter.limit().unit() == Unit.TOKENS
                        ? Math.max(
                                1,
                                Math.max(
                                        reserve.prompt(),
                                        Math.min(
                                                reserve.total(), limiter.limit().capacity())))
                        : 1);
    }

    /** Whether there is ever so much at a time. */
    boolean possible() {
        return amount <= limiter.limit().capacity();
    }
}
