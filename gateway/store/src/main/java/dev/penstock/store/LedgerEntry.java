package dev.penstock.store;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What one request used and cost: what is billed. Nothing of what it said.
 *
 * @param id of this gateway's making, never the client's: an entry of an id is written once, whoever brings it how often
 * @param at when the request ended
 * @param node the gateway
 * @param requestId as the client knows it
 * @param modelAsked the name that was asked for
 * @param modelServed the model that answered, or was tried last; empty where none was
 * @param worker likewise
 * @param site where it runs
 * @param policy what chose it
 * @param cache how the cache answered; empty where it was not asked
 * @param outcome {@code ok}, {@code client_gone}, or an error's name
 * @param attempts how many workers were asked
 * @param tokens of all attempts together
 * @param nanoUsd the cost of all attempts, in billionths of a dollar; empty where a price is unknown
 * @param savedNanoUsd what a cached answer would have cost
 * @param firstTokenMicros from its receipt to the first content; empty where there was none
 * @param totalMicros from its receipt to its end
 * @param draws what of the cost is taken from which lease
 */
public record LedgerEntry(
        String id,
        Instant at,
        String node,
        String requestId,
        String tenant,
        String project,
        String key,
        String operation,
        String modelAsked,
        String modelServed,
        String worker,
        String site,
        String policy,
        String cache,
        String outcome,
        int attempts,
        Tokens tokens,
        OptionalLong nanoUsd,
        long savedNanoUsd,
        OptionalLong firstTokenMicros,
        long totalMicros,
        List<Draw> draws) {
    /**
     * Tokens by kind.
     *
     * @param prompt those of the prompt, cached ones included
     * @param completion those generated, reasoning included
     * @param estimated whether a worker did not say, and they were counted here
     */
    public record Tokens(long prompt, long cached, long completion, long reasoning, boolean estimated) {}

    /**
     * A part of a budget that is spent.
     *
     * @param lease what it was granted by, or {@linkplain #of a budget that is only counted}
     * @param amount in the unit of its budget; may be more than the lease has left, by the error of the reservation
     */
    public record Draw(String lease, long amount) {
        private static final String UNLEASED = "budget:";

        /** Of a budget that grants nothing, since nobody is refused for it. */
        public static Draw of(String budget, Instant starts, long amount) {
            return new Draw(UNLEASED + starts.getEpochSecond() + ":" + budget, amount);
        }

        /** A period of a budget. */
        record Period(String budget, Instant starts) {}

        /** The period that is meant; empty where it is a lease. */
        static Optional<Period> period(String lease) {
            if (!lease.startsWith(UNLEASED)) {
                return Optional.empty();
            }
            int end = lease.indexOf(':', UNLEASED.length());
            return Optional.of(new Period(
                    lease.substring(end + 1),
                    Instant.ofEpochSecond(Long.parseLong(lease, UNLEASED.length(), end, 10))));
        }
    }

    /** The most leases that one request draws on: those of its key, its project and its tenant, in two periods. */
    public static final int MAX_DRAWS = 96;

    /** Texts are cut to what the tables hold, rather than that an entry is lost. */
    public LedgerEntry {
        at = at.truncatedTo(ChronoUnit.MICROS); // as databases keep it
        id = Texts.cut(id, Texts.SHORT);
        node = Texts.cut(node, Texts.LONG);
        requestId = Texts.cut(requestId, Texts.LONG);
        tenant = Texts.cut(tenant, Texts.SHORT);
        project = Texts.cut(project, Texts.SHORT);
        key = Texts.cut(key, Texts.SHORT);
        operation = Texts.cut(operation, Texts.SHORT);
        modelAsked = Texts.cut(modelAsked, Texts.MODEL);
        modelServed = Texts.cut(modelServed, Texts.MODEL);
        worker = Texts.cut(worker, Texts.LONG);
        site = Texts.cut(site, Texts.LONG);
        policy = Texts.cut(policy, Texts.SHORT);
        cache = Texts.cut(cache, Texts.SHORT);
        outcome = Texts.cut(outcome, Texts.SHORT);
        draws = List.copyOf(draws);
        if (draws.size() > MAX_DRAWS) {
            throw new IllegalArgumentException("draws: " + draws.size() + " (expected: at most " + MAX_DRAWS + ")");
        }
    }
}
