package dev.penstock.gateway.admission;

import dev.penstock.gateway.config.LimitConfig.Unit;
import dev.penstock.gateway.pipeline.AdmissionLease;
import dev.penstock.gateway.pipeline.TokenReserve;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.TokenUsage;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What a request has taken of its limits. At its end its places are free again, and of tokens the surplus goes back or the
 * shortfall is taken as a debt; the request itself has been asked, and stays counted.
 */
final class Reservation implements AdmissionLease {
    private final ModelId model;
    private final List<Claim> claims;
    private final TokenReserve reserve;
    private final TokenReckoning reckoning;
    private final AtomicBoolean settled = new AtomicBoolean();

    Reservation(ModelId model, List<Claim> claims, TokenReserve reserve, TokenReckoning reckoning) {
        this.model = model;
        this.claims = claims;
        this.reserve = reserve;
        this.reckoning = reckoning;
    }

    @Override
    public void settle(TokenUsage usage) {
        if (!settled.compareAndSet(false, true)) {
            return;
        }
        long used = usage.totalTokens();
        boolean tokens = false;
        for (Claim claim : claims) {
            Unit unit = claim.limiter().limit().unit();
            if (unit == Unit.TOKENS) {
                tokens = true;
                settle(claim, used);
            } else if (unit != Unit.REQUESTS) {
                claim.limiter().giveBack(claim.amount());
            }
        }
        if (tokens) {
            reckoning.settled(model, reserve.total(), used);
        }
    }

    private static void settle(Claim claim, long used) {
        if (used < claim.amount()) {
            claim.limiter().giveBack(claim.amount() - used);
        } else if (used > claim.amount()) {
            claim.limiter().debit(used - claim.amount());
        }
    }
}
