package dev.penstock.routing.policy.filter;

import dev.penstock.routing.Demand;
import dev.penstock.routing.LoadView;
import dev.penstock.routing.NoCandidate;
import dev.penstock.routing.Operation;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.spi.Candidates;
import dev.penstock.routing.spi.Filter;
import dev.penstock.routing.spi.FilterFactory;
import dev.penstock.routing.spi.Options;

/**
 * Keeps whose context the prompt and what is asked for fit into: {@code (1 - error) x prompt + asked <= context}, where
 * asked is the most that may be generated, or one token where nothing bounds it. The prompt's length is estimated, so one
 * that may well fit is let through: the worker, which counts, has the last word. A worker whose context is unknown passes.
 *
 * <p>Option {@code estimate-error}: how far the estimate of a prompt may be too high, from 0 to 1; 0.2.
 */
public final class ContextLengthFilter implements Filter {
    private static final double ESTIMATE_ERROR = 0.2;

    private final double certainly;

    /** Registers it. */
    public static final class Factory implements FilterFactory {
        @Override
        public String name() {
            return "context-length";
        }

        @Override
        public Filter create(Options options) {
            options.allow("estimate-error");
            return new ContextLengthFilter(options.number("estimate-error", ESTIMATE_ERROR, 0, 1));
        }
    }

    private ContextLengthFilter(double estimateError) {
        this.certainly = 1 - estimateError;
    }

    @Override
    public String name() {
        return "context-length";
    }

    @Override
    public int keep(RoutingContext context, Candidates candidates, LoadView load, int[] rows, int count) {
        double needed = certainly * context.demand().promptTokens() + asked(context);
        int kept = 0;
        for (int k = 0; k < count; k++) {
            int row = rows[k];
            int contextTokens = candidates.model(row).contextTokens();
            if (contextTokens == 0 || needed <= contextTokens) {
                rows[kept++] = row;
            }
        }
        return kept;
    }

    private static double asked(RoutingContext context) {
        if (context.operation() == Operation.EMBEDDING) {
            return 0;
        }
        long most = context.demand().maxTokens();
        return most == Demand.UNBOUNDED ? 1 : most;
    }

    @Override
    public NoCandidate refusal(RoutingContext context, Candidates candidates, LoadView load, int[] rows, int count) {
        int longest = 0;
        for (int k = 0; k < count; k++) {
            longest = Math.max(longest, candidates.model(rows[k]).contextTokens());
        }
        return new NoCandidate.Constrained(
                context.model(),
                name(),
                "a prompt of about " + Math.round(context.demand().promptTokens()) + " tokens and "
                        + Math.round(asked(context)) + " more do not fit the context of " + longest + " tokens",
                NoCandidate.Kind.UNSATISFIABLE);
    }
}
