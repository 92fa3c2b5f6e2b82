package dev.penstock.gateway.cluster;

import dev.penstock.routing.Directory;
import dev.penstock.routing.Forecast;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Whether workers answer sooner where they had a prompt's beginning before, by slot: not every engine keeps what it has
 * computed, and few say so. Believed of each until it is seen otherwise: an eighth of every answer that tells, by what the
 * worker reports, or by which its time to the first token is nearer to, that of the whole prompt or that of the rest.
 */
final class CacheReuse {
    private static final int ALWAYS = 1_000;
    private static final int SELDOM = 250;

    /** Shorter beginnings, or those that save less, are lost in the noise. */
    private static final double TELLING_TOKENS = 256;

    private static final double TELLING_RATIO = 1.5;

    private final AtomicIntegerArray perMille = new AtomicIntegerArray(Directory.MAX_WORKERS);

    void reset(int slot) {
        perMille.set(slot, ALWAYS);
    }

    boolean believed(int slot) {
        return perMille.get(slot) >= SELDOM;
    }

    /**
     * How many tokens of a prompt were cached, as its answer tells.
     *
     * @param expected tokens that this gateway has sent there before
     * @param reported tokens the worker said were cached; 0 where it said nothing
     * @param all tokens that were to be computed before the first if none was cached
     * @param firstSeconds the time to the first token; NaN where it was not seen
     */
    double cachedTokens(
            int slot, Forecast forecast, double expected, double reported, double all, double firstSeconds) {
        if (reported > 0) {
            if (expected > 0) {
                seen(slot, Math.min(1, reported / expected));
            }
            return reported;
        }
        double whole = forecast.firstTokenSeconds(all);
        double rest = forecast.firstTokenSeconds(all - expected);
        boolean telling = expected >= TELLING_TOKENS && whole > TELLING_RATIO * rest && !Double.isNaN(firstSeconds);
        if (!telling) {
            return believed(slot) ? expected : 0;
        }
        boolean reused = firstSeconds < Math.sqrt(whole * rest);
        seen(slot, reused ? 1 : 0);
        return reused ? expected : 0;
    }

    private void seen(int slot, double share) {
        perMille.getAndUpdate(slot, before -> (int) Math.round(before + (ALWAYS * share - before) / 8));
    }
}
