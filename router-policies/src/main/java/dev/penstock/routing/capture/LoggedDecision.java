package dev.penstock.routing.capture;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One line of a decision log: a decision, all that it was made on, and how the request ended. Written as JSON with the names
 * of its components in snake case; what is null is left out.
 *
 * @param version of this form: {@value #VERSION}
 * @param time when it was decided, ISO 8601 in UTC
 * @param request the request's id
 * @param policy what decided
 * @param seed of the random source of this decision, 16 hexadecimal digits
 * @param asked the request as routing saw it
 * @param candidates who serves a model that would do, by worker id, at most {@value #MAX_CANDIDATES}
 * @param leftOut how many more there were, none of which is in the plan
 * @param plan what was decided
 * @param outcome how it ended
 */
public record LoggedDecision(
        int version,
        String time,
        String request,
        Policy policy,
        String seed,
        Asked asked,
        List<Candidate> candidates,
        int leftOut,
        Plan plan,
        Outcome outcome) {
    /** The form that is written. */
    public static final int VERSION = 1;

    /** The most candidates of one decision that are kept. */
    public static final int MAX_CANDIDATES = 256;

    /** The most blocks of a prompt by which beginnings can be told apart. */
    public static final int MAX_PREFIXES = 16;

    /**
     * What decided, as the configuration has it.
     *
     * @param name of a policy that there is, or of the operator's own composition
     * @param options of the policy
     * @param composition what it is put together of; null for a policy that there is
     */
    public record Policy(
            String name,
            Map<String, String> options,
            @Nullable Composition composition) {}

    /** A composition by the operator. */
    public record Composition(List<Component> filters, List<Component> scorers, Component picker) {}

    /**
     * A component of it.
     *
     * @param weight of a scorer; nothing to others
     */
    public record Component(String name, Map<String, String> options, double weight) {}

    /**
     * The request.
     *
     * @param operation {@code chat}, {@code completion}, {@code embedding}
     * @param tiers the models that would do
     * @param required capabilities, by their wire names
     * @param places that it takes at a worker
     * @param promptTokens of the prompt, estimated
     * @param expectedTokens generated, on average
     * @param p95Tokens generated, in 19 of 20 cases
     * @param maxTokens the most; null where nothing bounds it
     * @param constraints what had to hold
     * @param dollarsPerSecond what its time was worth
     * @param dollarsPerQuality what quality was worth
     * @param maxAttempts the most attempts of the plan
     * @param session what names the conversation, under a key that the gateway forgets when it ends; null without one
     * @param waitedMs since it came in, when this was decided
     * @param blocks whole blocks of the prompt that were looked for in caches
     * @param prefixes of the first {@value #MAX_PREFIXES} blocks, what tells equal beginnings of prompts from others, under
     *     the same key as the session; null without one
     * @param blockTokens tokens of a block
     */
    public record Asked(
            String operation,
            List<List<Choice>> tiers,
            List<String> required,
            int places,
            double promptTokens,
            double expectedTokens,
            double p95Tokens,
            @Nullable Long maxTokens,
            Constraints constraints,
            double dollarsPerSecond,
            double dollarsPerQuality,
            int maxAttempts,
            double waitedMs,
            @Nullable String session,
            int blocks,
            @Nullable List<String> prefixes,
            int blockTokens) {}

    /**
     * A model that would do.
     *
     * @param quality null where nobody has said
     */
    public record Choice(String model, @Nullable Double quality) {}

    /** What had to hold; null is no such constraint. */
    public record Constraints(
            String dataClass,
            String placement,
            @Nullable List<String> regions,
            @Nullable List<String> sites,
            @Nullable Double maxCostUsd,
            @Nullable Long deadlineMs,
            @Nullable Double minQuality) {}

    /**
     * A worker and what was known of it at that moment.
     *
     * @param accelerator {@code cpu}, {@code gpu}, {@code tpu}
     * @param room whether it took this request beside those it had
     * @param signals its load
     * @param models of those that would do, the ones it serves
     */
    public record Candidate(
            String worker,
            String accelerator,
            Site site,
            int capacity,
            boolean available,
            boolean room,
            Signals signals,
            List<Model> models) {}

    /** Where it runs. */
    public record Site(String name, String kind, String region, String clearance) {}

    /**
     * What {@link dev.penstock.routing.LoadView} said of it.
     *
     * @param promptTokensAhead null where the worker reports none
     */
    public record Signals(
            int inFlight,
            int reportedLoad,
            int foreignLoad,
            int reportedQueue,
            double cacheUse,
            double pendingPromptTokens,
            double pendingOutputTokens,
            double linkSeconds,
            long ageMs,
            @Nullable Double promptTokensAhead,
            double promptTokensPerSecond) {}

    /**
     * A model as it served it.
     *
     * @param price null where unknown
     * @param cachedBlocks of the prompt's blocks, how many it was known to have
     * @param forecast of its time
     * @param estimate of this request there, as the objective has it
     */
    public record Model(
            String model,
            long parameters,
            int contextTokens,
            List<String> capabilities,
            @Nullable Price price,
            int cachedBlocks,
            Forecast forecast,
            Estimate estimate) {}

    /** In dollars. */
    public record Price(double inputPerMillion, double cachedInputPerMillion, double outputPerMillion, double perHour) {
        static Price of(dev.penstock.routing.Price price) {
            return new Price(
                    price.inputPerMillion(), price.cachedInputPerMillion(), price.outputPerMillion(), price.perHour());
        }

        /** As routing knows it. */
        public dev.penstock.routing.Price price() {
            return new dev.penstock.routing.Price(inputPerMillion, cachedInputPerMillion, outputPerMillion, perHour);
        }
    }

    /**
     * A forecast as two straight lines: {@code firstSeconds + secondsPerPromptToken x uncached tokens} until the first
     * token, {@code secondsPerToken + secondsPerTokenAndRequest x (batch - 1)} for each after it.
     */
    public record Forecast(
            double firstSeconds,
            double secondsPerPromptToken,
            double secondsPerToken,
            double secondsPerTokenAndRequest,
            double tail,
            double peakSeconds,
            double observations,
            double loadSeconds,
            double failureOdds,
            double failureSeconds) {}

    /** What a request was expected to take; null is unknown. */
    public record Estimate(
            @Nullable Double dollars,
            @Nullable Double firstTokenSeconds,
            @Nullable Double seconds,
            @Nullable Double p95Seconds) {}

    /** What was decided: workers in the order in which they are tried, and why. */
    public record Plan(String reason, List<Attempt> attempts) {}

    /**
     * One of them.
     *
     * @param start {@code after-failure}, {@code hedge} or {@code escalation}
     * @param afterMs of a hedge: how long the one before has given nothing
     * @param minConfidence of an escalation: the confidence of the answer before, below which it begins
     */
    public record Attempt(
            String worker,
            String model,
            String start,
            @Nullable Double afterMs,
            @Nullable Double minConfidence,
            Estimate estimate) {}

    /**
     * How the request ended.
     *
     * @param worker who answered, or was tried last; null where nobody was
     * @param result {@code ok}, {@code client_gone}, or an error's name
     * @param queuedMs at the gateway, before the decision
     * @param firstTokenMs from its receipt to the first content sent on; null where there was none
     * @param totalMs from its receipt to its end
     * @param costUsd by the price of whoever answered and the tokens it reported; null where the price is unknown
     */
    public record Outcome(
            @Nullable String worker,
            String result,
            int status,
            int attempts,
            double queuedMs,
            @Nullable Double firstTokenMs,
            double totalMs,
            long promptTokens,
            long completionTokens,
            long cachedTokens,
            boolean usageEstimated,
            @Nullable Double costUsd) {}
}
