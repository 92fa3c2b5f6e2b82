package dev.penstock.protocol.announcement;

import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A model as a worker announces it.
 *
 * @param name what clients ask for, 1 to 256 characters
 * @param revision identifies the exact weights, up to 256 characters; {@code ""} where unknown
 * @param parameters its size in parameters; 0 where unknown
 * @param contextTokens prompt and completion together, in tokens; 0 where unknown
 * @param tokenizer equal identities give equal token ids, up to 256 characters; {@code ""} where unknown
 * @param capabilities names of what it can do, at most 64; a reader ignores those it does not know
 * @param price empty where unknown, which is not the same as free
 * @param rates what its operator says of the time it takes; empty where nothing is said
 */
public record AnnouncedModel(
        String name,
        String revision,
        long parameters,
        int contextTokens,
        String tokenizer,
        SortedSet<String> capabilities,
        Optional<AnnouncedPrice> price,
        Optional<AnnouncedRates> rates) {
    static final int MAX_TEXT_LENGTH = 256;
    static final int MAX_CAPABILITIES = 64;

    /**
     * What a model costs, in US dollars per million tokens, and per hour of the accelerator.
     *
     * @param inputPerMillion for prompt tokens, finite, at least 0
     * @param cachedInputPerMillion for prompt tokens that came from a cache, finite, at least 0
     * @param outputPerMillion for completion tokens, finite, at least 0
     * @param perHour for an hour of the accelerator, finite, at least 0
     */
    public record AnnouncedPrice(
            double inputPerMillion, double cachedInputPerMillion, double outputPerMillion, double perHour) {
        /** A price by tokens, cached ones at the price of the others. */
        public AnnouncedPrice(double inputPerMillion, double outputPerMillion) {
            this(inputPerMillion, inputPerMillion, outputPerMillion, 0);
        }

        public AnnouncedPrice {
            Limits.amount("price.input", inputPerMillion);
            Limits.amount("price.cached-input", cachedInputPerMillion);
            Limits.amount("price.output", outputPerMillion);
            Limits.amount("price.per-hour", perHour);
        }
    }

    /**
     * What an operator says of the time that a model takes; 0 where nothing is said.
     *
     * @param firstTokenSeconds until the first token of an empty prompt, finite, at least 0
     * @param prefillTokensPerSecond prompt tokens computed in a second, finite, at least 0
     * @param decodeTokensPerSecond tokens a second of a request that runs alone, finite, at least 0
     * @param loadSeconds until a model that is not in memory is, finite, at least 0
     * @param coldAfterSeconds without a request after which it is dropped from memory, finite, at least 0; 0 for never
     */
    public record AnnouncedRates(
            double firstTokenSeconds,
            double prefillTokensPerSecond,
            double decodeTokensPerSecond,
            double loadSeconds,
            double coldAfterSeconds) {
        public AnnouncedRates {
            Limits.amount("rates.first-token-seconds", firstTokenSeconds);
            Limits.amount("rates.prefill-tokens-per-second", prefillTokensPerSecond);
            Limits.amount("rates.decode-tokens-per-second", decodeTokensPerSecond);
            Limits.amount("rates.load-seconds", loadSeconds);
            Limits.amount("rates.cold-after-seconds", coldAfterSeconds);
        }
    }

    /** Of which nobody has said how long it takes. */
    public AnnouncedModel(
            String name,
            String revision,
            long parameters,
            int contextTokens,
            String tokenizer,
            SortedSet<String> capabilities,
            Optional<AnnouncedPrice> price) {
        this(name, revision, parameters, contextTokens, tokenizer, capabilities, price, Optional.empty());
    }

    public AnnouncedModel {
        Limits.text("model.name", name, 1, MAX_TEXT_LENGTH);
        Limits.text("model.revision", revision, 0, MAX_TEXT_LENGTH);
        Limits.range("model.parameters", parameters, 0, Long.MAX_VALUE);
        Limits.range("model.context-tokens", contextTokens, 0, Integer.MAX_VALUE);
        Limits.text("model.tokenizer", tokenizer, 0, MAX_TEXT_LENGTH);
        Limits.range("model.capabilities", capabilities.size(), 0, MAX_CAPABILITIES);
        for (String capability : capabilities) {
            Limits.text("model.capabilities", capability, 1, 64);
        }
        capabilities = java.util.Collections.unmodifiableSortedSet(new TreeSet<>(capabilities));
    }
}
