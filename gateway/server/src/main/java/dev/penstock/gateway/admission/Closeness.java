package dev.penstock.gateway.admission;

import dev.penstock.gateway.config.LimitConfig.Unit;
import dev.penstock.gateway.pipeline.TokenReserve;
import java.util.List;

/** Whether an estimate that is off by a tenth of the prompt may decide otherwise than the truth. */
final class Closeness {
    private static final double SHARE = 0.1;

    private Closeness() {}

    static boolean decides(List<Limiter> limiters, TokenReserve reserve) {
        for (Limiter limiter : limiters) {
            if (limiter.limit().unit() == Unit.TOKENS) {
                long capacity = limiter.limit().capacity();
                long needed = Math.max(reserve.prompt(), Math.min(reserve.total(), capacity));
                if (near(needed, limiter.left(), reserve) || near(reserve.prompt(), capacity, reserve)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean near(long needed, long there, TokenReserve reserve) {
        return Math.abs(needed - there) <= SHARE * reserve.prompt();
    }
}
