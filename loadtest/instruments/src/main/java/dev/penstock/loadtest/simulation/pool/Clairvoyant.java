package dev.penstock.loadtest.simulation.pool;

import dev.penstock.loadtest.simulation.trace.Trace;
import dev.penstock.routing.NoCandidate;
import dev.penstock.routing.Permit;
import dev.penstock.routing.RoutePlan;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.RoutingDecision;
import dev.penstock.routing.RoutingPolicy;
import dev.penstock.routing.Worker;
import java.util.Arrays;
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
        for (int i = 0; i < (int) tries; i++) {
            int rest = i;
            for (int k = 0; k < choice.length; k++) {
                choice[k] = rest % workers;
                rest /= workers;
            }
            Records records = PoolRun.run(as(setup, choice), trace).records();
            least = Math.min(least, cost(setup, records, 0, records.size()));
        }
        return least;
    }

    private static Setup as(Setup setup, int[] choice) {
        int[] copy = Arrays.copyOf(choice, choice.length);
        return new Setup(
                setup.members(),
                1,
                () -> new Assigned(setup.members().stream().map(Member::worker).toList(), copy),
                NoLearning::new,
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
    private static final class Assigned implements RoutingPolicy {
        private final List<Worker> workers;
        private final int[] choice;
        private int next;

        private Assigned(List<Worker> workers, int[] choice) {
            this.workers = workers;
            this.choice = choice;
        }

        @Override
        public RoutingDecision select(
                RoutingContext context, dev.penstock.routing.Directory directory, dev.penstock.routing.LoadView load) {
            Worker worker = workers.get(choice[Math.min(next, choice.length - 1)]);
            if (!load.hasRoom(worker, 1)) {
                return new NoCandidate.AllBusy(context.model());
            }
            next++;
            return new RoutePlan(
                    List.of(new RoutePlan.Attempt(
                            worker,
                            worker.models().getFirst(),
                            RoutePlan.Start.AFTER_FAILURE,
                            RoutePlan.Transform.NONE,
                            Permit.of(context.constraints(), worker).orElseThrow(),
                            RoutePlan.Estimate.UNKNOWN)),
                    "assigned");
        }
    }
}
