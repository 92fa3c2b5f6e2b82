package dev.penstock.loadtest.simulation;

import dev.penstock.loadtest.simulation.SimulationResult.Row;
import dev.penstock.loadtest.simulation.SimulationResult.TraceFigures;
import dev.penstock.loadtest.simulation.pool.CapacityProbe;
import dev.penstock.loadtest.simulation.pool.Clairvoyant;
import dev.penstock.loadtest.simulation.pool.Member;
import dev.penstock.loadtest.simulation.pool.PoolRun;
import dev.penstock.loadtest.simulation.pool.Records.Ending;
import dev.penstock.loadtest.simulation.pool.Setup;
import dev.penstock.loadtest.simulation.pool.Signals;
import dev.penstock.loadtest.simulation.trace.Trace;
import dev.penstock.routing.RoutingPolicy;
import dev.penstock.routing.Worth;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Runs a scenario: every policy at every load with every seed, each on a pool of its own that nobody has used. */
public final class Simulation {
    private final Scenario scenario;
    private final Progress progress;
    private final Trace trace;
    private final List<Member> members;

    /** Hears how far it is. */
    public interface Progress {
        /**
         * A run goes on.
         *
         * @param done runs that are over
         * @param all runs that there are
         * @param share of this one's requests that have come
         */
        void at(String policy, double load, int done, int all, double share);
    }

    private Simulation(Scenario scenario, Progress progress) {
        this.scenario = scenario;
        this.progress = progress;
        this.trace = scenario.trace().trace();
        this.members = ScenarioPool.members(scenario);
    }

    /**
     * Runs it.
     *
     * @throws IllegalArgumentException for a trace, a policy or a worker there is not
     */
    public static SimulationResult run(Scenario scenario, Progress progress) {
        return new Simulation(scenario, progress).run();
    }

    private SimulationResult run() {
        // Whatever is misnamed is said before anything runs.
        scenario.policies().forEach(PolicySource::check);
        ScenarioPool.disturbances(scenario, members, trace);
        double capacity = CapacityProbe.requestsPerSecond(members, trace);
        List<Row> rows = new ArrayList<>();
        int all = scenario.loadFactors().size()
                * scenario.policies().size()
                * scenario.seeds().size();
        int done = 0;
        for (double load : scenario.loadFactors()) {
            Trace scaled = trace.atRate(load * capacity);
            List<Double> least = least(scaled);
            for (Scenario.PolicyChoice policy : scenario.policies()) {
                List<Figures> runs = new ArrayList<>();
                List<Double> ttft = List.of();
                for (long seed : scenario.seeds()) {
                    int before = done++;
                    PoolRun.Result result = PoolRun.run(
                            setup(policy, seed, members, scaled),
                            scaled,
                            came -> progress.at(policy.title(), load, before, all, (double) came / scaled.size()));
                    runs.add(Tally.of(scenario, members, scaled, result, regret(policy, seed, scaled, least)));
                    ttft = ttft.isEmpty() ? percentiles(result) : ttft;
                }
                rows.add(new Row(policy.title(), load, Tally.average(runs), List.copyOf(runs), ttft));
            }
        }
        progress.at("", 0, all, all, 1);
        return new SimulationResult(scenario, figures(), capacity, rows);
    }

    private Setup setup(Scenario.PolicyChoice choice, long seed, List<Member> of, Trace scaled) {
        Supplier<RoutingPolicy> policy = PolicySource.of(choice);
        Scenario.Hearing signals = scenario.signals();
        return new Setup(
                of,
                scenario.gateways(),
                policy,
                PolicySource.learning(),
                ScenarioPool.models(scenario),
                new Worth(scenario.worth().dollarsPerSecond(), scenario.worth().dollarsPerQuality()),
                scenario.privateShare(),
                new Signals(
                        signals.every().toNanos(),
                        signals.delay().toNanos(),
                        signals.onAnswer(),
                        signals.lease().toNanos(),
                        signals.prompts()),
                scenario.queue().length(),
                scenario.queue().longest().toNanos(),
                of == members ? ScenarioPool.disturbances(scenario, members, scaled) : List.of(),
                seed);
    }

    /** What each small instance could have cost at the least; nothing where regret is not asked for. */
    private List<Double> least(Trace scaled) {
        List<Member> few = ScenarioPool.samples(scenario);
        return instances(scaled).stream()
                .map(instance -> Clairvoyant.least(setup(scenario.policies().getFirst(), 1, few, instance), instance))
                .toList();
    }

    /** What the policy's choices cost over that, on average over all instances; it meets each as on its first day. */
    private double regret(Scenario.PolicyChoice policy, long seed, Trace scaled, List<Double> least) {
        if (least.isEmpty()) {
            return Double.NaN;
        }
        List<Member> few = ScenarioPool.samples(scenario);
        List<Trace> instances = instances(scaled);
        double cost = 0;
        for (Trace instance : instances) {
            Setup setup = setup(policy, seed, few, instance);
            PoolRun.Result result = PoolRun.run(setup, instance);
            cost += Clairvoyant.cost(setup, result.records(), 0, instance.size());
        }
        return cost / least.stream().mapToDouble(Double::doubleValue).sum() - 1;
    }

    /** Consecutive requests from evenly spread places of the trace, as dense for the few workers as all are for all. */
    private List<Trace> instances(Trace scaled) {
        if (scenario.regret().isEmpty()) {
            return List.of();
        }
        Scenario.Regret regret = scenario.regret().get();
        int each = Math.min(regret.requests(), scaled.size());
        double share = (double) scenario.pool().size() / members.size();
        return IntStream.range(0, regret.instances())
                .mapToObj(i -> {
                    int from = (int) ((long) i * (scaled.size() - each) / Math.max(1, regret.instances()));
                    Trace part = scaled.part(from, from + each);
                    return part.rate() == 0 ? part : part.atRate(part.rate() * share);
                })
                .toList();
    }

    private TraceFigures figures() {
        return new TraceFigures(
                trace.name(),
                trace.size(),
                trace.rate(),
                Arrays.stream(trace.promptTokens()).average().orElse(0),
                Arrays.stream(trace.outputTokens()).average().orElse(0),
                trace.ceiling());
    }

    private static List<Double> percentiles(PoolRun.Result result) {
        double[] sorted = IntStream.range(0, result.records().size())
                .filter(i -> result.records().ending(i) == Ending.ANSWERED)
                .mapToDouble(result.records()::firstTokenSeconds)
                .sorted()
                .toArray();
        return IntStream.rangeClosed(0, 100)
                .mapToObj(percent -> Tally.percentile(sorted, percent / 100.0))
                .toList();
    }
}
