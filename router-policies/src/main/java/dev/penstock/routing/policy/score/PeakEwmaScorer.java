package dev.penstock.routing.policy.score;

import dev.penstock.routing.LoadView;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.spi.Candidates;
import dev.penstock.routing.spi.Options;
import dev.penstock.routing.spi.Scorer;
import dev.penstock.routing.spi.ScorerFactory;

/**
 * Seconds to the first token by what was seen of late, for all that are outstanding: {@code peak x (outstanding + 1)}, where
 * peak is the moving average that follows a rise at once and decays slowly
 * ({@link dev.penstock.routing.Forecast#peakSeconds}). A worker of which nothing was seen and that has requests all the same
 * is put last ({@code 2^47 + outstanding} ns, as the source has it), so that one probes it and not all; an idle one of which
 * nothing was seen is put first.
 *
 * <p>Source: Finagle, {@code com.twitter.finagle.loadbalancer.PeakEwma}, whose round trips are whole answers; here they are
 * times to the first token, since answers differ in length. Outstanding counts the requests of other gateways too.
 */
public final class PeakEwmaScorer implements Scorer {
    private static final double PENALTY_NANOS = Long.MAX_VALUE >> 16;
    private static final double NANOS_PER_SECOND = 1e9;

    /** Registers it. */
    public static final class Factory implements ScorerFactory {
        @Override
        public String name() {
            return "peak-ewma";
        }

        @Override
        public Scorer create(Options options) {
            options.allow();
            return new PeakEwmaScorer();
        }
    }

    @Override
    public Unit unit() {
        return Unit.SECONDS;
    }

    @Override
    public void add(
            RoutingContext context,
            Candidates candidates,
            LoadView load,
            int[] rows,
            int count,
            double scale,
            double[] costs) {
        for (int k = 0; k < count; k++) {
            int slot = candidates.slot(rows[k]);
            double outstanding = (double) load.inFlight(slot) + load.foreignLoad(slot);
            double peak = candidates.forecast(rows[k]).peakSeconds(context.nowNanos());
            costs[k] += scale
                    * (peak == 0 && outstanding > 0
                            ? (PENALTY_NANOS + outstanding) / NANOS_PER_SECOND
                            : peak * (outstanding + 1));
        }
    }
}
