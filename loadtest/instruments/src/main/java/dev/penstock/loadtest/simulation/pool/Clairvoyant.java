package dev.penstock.loadtest.simulation.pool;

import dev.penstock.loadtest.simulation.trace.Trace;
import dev.penstock.routing.Directory;
import dev.penstock.routing.LoadView;
import dev.penstock.routing.NoCandidate;
import dev.penstock.routing.RoutePlan;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.RoutingDecision;
import dev.penstock.routing.RoutingPolicy;
import dev.penstock.routing.policy.Policies;
import dev.penstock.routing.spi.Candidates;
import dev.penstock.routing.spi.Filter;
import dev.penstock.routing.spi.Options;
import java.util.List;

/**
 * The best that anybody could have done who knew what comes: every assignment of the requests to the workers is tried, each
 * sent as it comes, and the cheapest taken. What it costs is what it charges and what the time is worth, over all requests;
 * one that is not answered costs ten minutes. So few requests and workers only: the number of tries is workers to the power
 * of requests.
 */
public final class Clairvoyant {
    /** The most assignments that are tried. */
    public static final int MOST_TRIES = 100_000;

    private static final double UNANSWERED_SECONDS = 600;

    private Clairvoyant() {}

    /** What a run has cost, US dollars. */
    public static double cost(Setup setup, Records records, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            double seconds = records.ending(i) == Records.Ending.ANSWERED ? records.seconds(i) : UNANSWERED_SECONDS;
            sum += seconds * setup.worth().dollarsPerSecond() + records.dollars(i);
        }
        return sum;
    }

    /**
     * The least that the requests could have cost.
     *
     * @throws IllegalArgumentException for more than {@link #MOST_TRIES} assignments
     */
    public static double least(Setup setup, Trace trace) {
        int workers = setup.members().size();
        double tries = Math.pow(workers, trace.size());
        if (tries > MOST_TRIES) {
            throw new IllegalArgumentException("instance: " + trace.size() + " requests, " + workers
                    + " workers (expected: at most " + MOST_TRIES + " assignments)");
        }
        double least = Double.POSITIVE_INFINITY;
        int[] choice = new int[trace.size()];
        Assigned assigned = new Assigned();
        Setup fixed = as(setup, assigned);
        for (int i = 0; i < (int) tries; i++) {
            int rest = i;
            for (int k = 0; k < choice.length; k++) {
                choice[k] = rest % workers;
                rest /= workers;
            }
            assigned.begin(choice);
            Records records = PoolRun.run(fixed, trace).records();
            least = Math.min(least, cost(setup, records, 0, records.size()));
        }
        return least;
    }

    private static Setup as(Setup setup, Assigned assigned) {
        return new Setup(
                setup.members(),
                1,
                () -> assigned,
                setup.learning(),
                setup.models(),
                setup.worth(),
                0,
                setup.signals(),
                setup.queueLength(),
                setup.queueNanos(),
                List.of(),
                setup.seed());
    }

    /** Sends the n-th request to whom it was told; one gateway asks in the order in which they come. */
    private static final class Assigned implements RoutingPolicy, Filter {
        private final RoutingPolicy among = Policies.named("round-robin", Options.NONE, List.of(this));
        private int[] choice = {};
        private int next;

        private void begin(int[] choice) {
            this.choice = choice;
            this.next = 0;
        }

        @Override
        public RoutingDecision select(RoutingContext context, Directory directory, LoadView load) {
            RoutingDecision decision = among.select(context, directory, load);
            if (decision instanceof RoutePlan) {
                next++;
            }
            return decision;
        }

        @Override
        public int keep(RoutingContext context, Candidates candidates, LoadView load, int[] rows, int count) {
            int slot = choice[Math.min(next, choice.length - 1)];
            int kept = 0;
            for (int k = 0; k < count; k++) {
                if (candidates.slot(rows[k]) == slot) {
                    rows[kept++] = rows[k];
                }
            }
            return kept;
        }

        @Override
        public NoCandidate refusal(
                RoutingContext context, Candidates candidates, LoadView load, int[] rows, int count) {
            return new NoCandidate.AllBusy(context.model());
        }
    }
}
