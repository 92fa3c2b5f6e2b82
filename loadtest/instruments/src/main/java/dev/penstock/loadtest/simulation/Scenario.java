package dev.penstock.loadtest.simulation;

import dev.penstock.runtime.config.Default;
import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Range;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What is simulated: one file. */
@Doc("Policies side by side over one trace and one pool.")
public record Scenario(
        @Doc("What it is called.") @Default("simulation") String name,

        @Doc("What is asked.") TraceSource trace,

        @Doc("Who answers.") List<PoolGroup> pool,

        @Doc("What is compared.") List<PolicyChoice> policies,

        @Doc("How many gateways share the pool; each request comes to one of them by chance.")
        @Default("2")
        @Range(min = "1", max = "64")
        int gateways,

        @Doc(
                "Offered work over what the pool can do, which a probe measures; paid APIs do not count for it. The trace's times are stretched for it.")
        @Default("[0.6, 0.85, 1.05]")
        @Range(min = "0.01", max = "10")
        List<Double> loadFactors,

        @Doc("What each run draws from; figures are averages over them.") @Default("[1]")
        List<Long> seeds,

        @Doc("What a good answer keeps.") @Default("{}") Objectives slo,

        @Doc("How gateways hear of workers.") @Default("{}") Hearing signals,

        @Doc("Where requests wait for room, at each gateway.") @Default("{}")
        Queue queue,

        @Doc("What goes wrong.") List<FaultPlan> faults,

        @Doc("What a request's time and quality are worth.") @Default("{}")
        WorthTag worth,

        @Doc("The models that would do for every request; all that the pool serves where none is named.")
        List<ModelTag> models,

        @Doc("The share of requests that must stay at the edge.") @Default("0") @Range(min = "0", max = "1")
        double privateShare,

        @Doc("The share of requests at the beginning that no figure counts.")
        @Default("0.1")
        @Range(min = "0", max = "0.9")
        double warmUp,

        @Doc("Compare small instances to the best assignment there is.")
        Optional<Regret> regret) {

    /** A policy to compare. */
    @Doc("A policy.")
    public record PolicyChoice(
            @Doc("Its name.") String policy,

            @Doc("What it is called in the report; its name where it is left out.")
            Optional<String> label,

            @Doc("Its options, by name.") Map<String, String> options) {
        String title() {
            return label.orElse(policy);
        }
    }

    /** What a good answer keeps. */
    @Doc("Goodput counts answers that keep all of it.")
    public record Objectives(
            @Doc("Until the first token.") @Default("2s") @Range(min = "1ms", max = "10m")
            Duration ttft,

            @Doc("Between tokens, on average over an answer.") @Default("100ms") @Range(min = "1ms", max = "1m")
            Duration interToken,

            @Doc("Until the last.") @Default("60s") @Range(min = "1ms", max = "1h")
            Duration endToEnd) {}

    /** How gateways hear of workers. */
    @Doc("How old what gateways know is.")
    public record Hearing(
            @Doc("How often a worker reports its load.") @Default("500ms") @Range(min = "10ms", max = "10m")
            Duration every,

            @Doc("How much older than the link makes it a report is when it is heard.")
            @Default("0ms")
            @Range(min = "0ms", max = "10m")
            Duration delay,

            @Doc("Whether every answer carries a report.") @Default("true")
            boolean onAnswer,

            @Doc("A worker not heard of for so long counts as dead.") @Default("5s") @Range(min = "100ms", max = "1h")
            Duration lease,

            @Doc(
                    "Whether reports tell what is left to compute of prompts, and what was computed; engines asked directly do not, and workers of Penstock do not yet.")
            @Default("false")
            boolean prompts) {}

    /** Where requests wait. */
    @Doc("The queue of a gateway.")
    public record Queue(
            @Doc("The most that wait; beyond it a request is refused.")
            @Default("256")
            @Range(min = "0", max = "1000000")
            int length,

            @Doc("The longest that one waits; then it is refused.") @Default("10s") @Range(min = "0ms", max = "10m")
            Duration longest) {}

    /** What time and quality are worth. */
    @Doc("What makes seconds, quality and price one currency.")
    public record WorthTag(
            @Doc("US dollars for a second of waiting.") @Default("0.001") @Range(min = "0", max = "1000")
            double dollarsPerSecond,

            @Doc("US dollars for a whole step of quality, from useless to the best there is.")
            @Default("0.01")
            @Range(min = "0", max = "1000")
            double dollarsPerQuality) {}

    /** A model that would do. */
    @Doc("A model that would do.")
    public record ModelTag(
            @Doc("Its name.") String name,

            @Doc("The quality of its answers, 0 to 1; unknown where it is left out.") @Range(min = "0", max = "1")
            Optional<Double> quality) {}

    /** How regret is measured. */
    @Doc("Small instances: consecutive requests of the trace against an empty pool of one worker of each group.")
    public record Regret(
            @Doc("How many instances.") @Default("12") @Range(min = "1", max = "1000")
            int instances,

            @Doc("Requests of each.") @Default("5") @Range(min = "1", max = "8")
            int requests) {}

    public Scenario {
        if (pool.isEmpty()) {
            throw new IllegalArgumentException("pool: none (expected: at least one group)");
        }
        if (policies.isEmpty()) {
            throw new IllegalArgumentException("policies: none (expected: at least one)");
        }
        if (loadFactors.isEmpty()) {
            throw new IllegalArgumentException("load-factors: none (expected: at least one)");
        }
        if (seeds.isEmpty()) {
            throw new IllegalArgumentException("seeds: none (expected: at least one)");
        }
        Set<String> names = new HashSet<>();
        for (PoolGroup group : pool) {
            if (!names.add(group.name())) {
                throw new IllegalArgumentException("pool: two groups are called " + group.name() + " (expected: one)");
            }
        }
        Set<String> titles = new HashSet<>();
        for (PolicyChoice policy : policies) {
            if (!titles.add(policy.title())) {
                throw new IllegalArgumentException(
                        "policies: two are called " + policy.title() + " (expected: a label of its own for each)");
            }
        }
    }
}
