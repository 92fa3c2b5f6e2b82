package dev.penstock.routing.policy;

import dev.penstock.routing.LoadView;
import dev.penstock.routing.ModelChoice;
import dev.penstock.routing.RoutePlan;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.RoutingDecision;
import dev.penstock.routing.Site;
import dev.penstock.routing.Worker;
import dev.penstock.routing.policy.ComposedPolicy.Weighted;
import dev.penstock.routing.policy.Explanation.Candidate;
import dev.penstock.routing.policy.Explanation.Signals;
import dev.penstock.routing.policy.Explanation.Term;
import dev.penstock.routing.policy.Explanation.Tier;
import dev.penstock.routing.policy.score.Itemized;
import dev.penstock.routing.policy.score.Prediction;
import dev.penstock.routing.spi.Filter;
import dev.penstock.routing.spi.Scorer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Filters and prices a tier again, with every step kept. */
final class Explainer {
    private final Filter[] filters;
    private final Weighted[] scorers;
    private final boolean inDollars;
    private final RoutingContext context;
    private final LoadView load;
    private final RoutingDecision decision;

    Explainer(
            Filter[] filters,
            Weighted[] scorers,
            boolean inDollars,
            RoutingContext context,
            LoadView load,
            RoutingDecision decision) {
        this.filters = filters;
        this.scorers = scorers;
        this.inDollars = inDollars;
        this.context = context;
        this.load = load;
        this.decision = decision;
    }

    /** What one scorer, or a term of it, says of every row. */
    @SuppressWarnings("ArrayRecordComponent") // neither compared nor let out
    private record Column(String name, Scorer.Unit unit, double scale, double[] values) {}

    Tier tier(Decision candidates, List<ModelChoice> models) {
        String[] refusedBy = new String[candidates.size()];
        int[] passed = filter(candidates, refusedBy);
        List<Column> columns = new ArrayList<>();
        for (Weighted each : scorers) {
            List<Itemized.Term> terms = each.scorer() instanceof Itemized sum
                    ? sum.terms()
                    : List.of(new Itemized.Term(each.name(), each.scorer()));
            terms.forEach(term -> columns.add(column(candidates, passed, term, each.weight())));
        }
        List<Candidate> rows = new ArrayList<>();
        for (int row = 0; row < candidates.size(); row++) {
            rows.add(candidate(candidates, row, refusedBy[row], columns));
        }
        rows.sort(Comparator.comparing((Candidate each) -> !each.refusedBy().isEmpty())
                .thenComparingDouble(Candidate::cost)
                .thenComparing(Candidate::worker));
        return new Tier(models.stream().map(each -> each.model().value()).toList(), rows);
    }

    /** Says of each row who refused it, or nobody; returns those who passed. */
    private int[] filter(Decision candidates, String[] refusedBy) {
        Arrays.fill(refusedBy, "");
        int[] rows = candidates.rows;
        int count = candidates.size();
        for (Filter filter : filters) {
            int[] before = Arrays.copyOf(rows, count);
            count = count == 0 ? 0 : filter.keep(context, candidates, load, rows, count);
            boolean[] kept = new boolean[candidates.size()];
            for (int k = 0; k < count; k++) {
                kept[rows[k]] = true;
            }
            for (int row : before) {
                refusedBy[row] = kept[row] ? "" : filter.name();
            }
        }
        return Arrays.copyOf(rows, count);
    }

    /** A term may depend on who else there is: of those who passed it is among them, of the others among all. */
    private Column column(Decision candidates, int[] passed, Itemized.Term term, double weight) {
        int[] all = new int[candidates.size()];
        Arrays.setAll(all, row -> row);
        double[] values = values(candidates, term.scorer(), all);
        double[] among = values(candidates, term.scorer(), passed);
        for (int k = 0; k < passed.length; k++) {
            values[passed[k]] = among[k];
        }
        Scorer.Unit unit = term.scorer().unit();
        double worth =
                inDollars && unit == Scorer.Unit.SECONDS ? context.worth().dollarsPerSecond() : 1;
        return new Column(term.name(), unit, weight * worth, values);
    }

    private double[] values(Decision candidates, Scorer scorer, int[] rows) {
        double[] values = new double[rows.length];
        scorer.add(context, candidates, load, rows, rows.length, 1, values);
        return values;
    }

    private Candidate candidate(Decision candidates, int row, String refusedBy, List<Column> columns) {
        Worker worker = candidates.worker(row);
        Site site = worker.site();
        List<Term> terms = columns.stream()
                .map(each -> new Term(each.name(), each.unit(), each.values()[row], each.scale() * each.values()[row]))
                .toList();
        return new Candidate(
                worker.id().value(),
                site.name(),
                site.kind().name().toLowerCase(Locale.ROOT),
                site.region(),
                candidates.model(row).id().value(),
                candidates.quality(row),
                refusedBy,
                rank(candidates, row),
                terms.stream().mapToDouble(Term::cost).sum(),
                terms,
                signals(candidates, row),
                new Prediction(context).at(candidates, load, row).estimate(candidates, row));
    }

    private int rank(Decision candidates, int row) {
        if (decision instanceof RoutePlan plan) {
            for (int i = 0; i < plan.attempts().size(); i++) {
                RoutePlan.Attempt attempt = plan.attempts().get(i);
                if (attempt.worker().id().equals(candidates.worker(row).id())
                        && attempt.model().id().equals(candidates.model(row).id())) {
                    return i + 1;
                }
            }
        }
        return 0;
    }

    private Signals signals(Decision candidates, int row) {
        int slot = candidates.slot(row);
        return new Signals(
                load.ageMillis(slot),
                load.available(slot),
                candidates.worker(row).capacity(),
                load.inFlight(slot),
                load.foreignLoad(slot),
                load.reportedQueue(slot),
                load.reportedCacheUse(slot),
                load.pendingPromptTokens(slot),
                candidates.cachedTokens(row),
                load.linkSeconds(slot),
                candidates.forecast(row).observations(context.nowNanos()));
    }
}
