package dev.penstock.routing.policy.filter;

import dev.penstock.routing.LoadView;
import dev.penstock.routing.NoCandidate;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.policy.score.Prediction;
import dev.penstock.routing.spi.Candidates;
import dev.penstock.routing.spi.Filter;
import dev.penstock.routing.spi.FilterFactory;
import dev.penstock.routing.spi.Options;
import java.time.Duration;

/**
 * Keeps who answers in time in 19 of 20 cases, as far as can be foretold ({@link Prediction#p95Seconds}). The deadline counts
 * from when the request came in.
 */
public final class DeadlineFilter implements Filter {
    private static final double NANOS_PER_SECOND = 1e9;

    /** Registers it. */
    public static final class Factory implements FilterFactory {
        @Override
        public String name() {
            return "deadline";
        }

        @Override
        public Filter create(Options options) {
            options.allow();
            return new DeadlineFilter();
        }
    }

    @Override
    public String name() {
        return "deadline";
    }

    @Override
    public int keep(RoutingContext context, Candidates candidates, LoadView load, int[] rows, int count) {
        if (context.constraints().deadline().isEmpty()) {
            return count;
        }
        double longest = seconds(context.constraints().deadline().get()) - context.waitedNanos() / NANOS_PER_SECOND;
        Prediction prediction = new Prediction(context);
        int kept = 0;
        for (int k = 0; k < count; k++) {
            int row = rows[k];
            if (prediction.at(candidates, load, row).p95Seconds(candidates.forecast(row)) <= longest) {
                rows[kept++] = row;
            }
        }
        return kept;
    }

    private static String waited(RoutingContext context) {
        long millis = Math.round(context.waitedNanos() / 1e6);
        return millis == 0 ? "" : ", " + millis + " of them gone";
    }

    private static double seconds(Duration duration) {
        return duration.getSeconds() + duration.getNano() / NANOS_PER_SECOND;
    }

    @Override
    public NoCandidate refusal(RoutingContext context, Candidates candidates, LoadView load, int[] rows, int count) {
        Prediction prediction = new Prediction(context);
        double soonest = Double.POSITIVE_INFINITY;
        for (int k = 0; k < count; k++) {
            soonest = Math.min(
                    soonest, prediction.at(candidates, load, rows[k]).p95Seconds(candidates.forecast(rows[k])));
        }
        return new NoCandidate.Constrained(
                context.model(),
                name(),
                "deadline-ms is "
                        + context.constraints().deadline().orElseThrow().toMillis()
                        + waited(context)
                        + "; the soonest answer is expected within " + Math.round(soonest * 1000),
                NoCandidate.Kind.UNAVAILABLE);
    }
}
