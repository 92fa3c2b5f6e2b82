package dev.penstock.routing;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * A model as one worker serves it.
 *
 * @param id the name clients ask for
 * @param revision identifies the exact weights; {@code ""} where the server does not say
 * @param parameters its size in parameters; 0 where unknown
 * @param contextTokens prompt and completion together, in tokens; 0 where unknown
 * @param tokenizer identifies the tokenizer: equal identities give equal token ids; {@code ""} where unknown
 * @param capabilities what it can do on this worker
 * @param price empty where unknown, which is not the same as free
 * @param rates what is declared of the time it takes there
 */
public record ServedModel(
        ModelId id,
        String revision,
        long parameters,
        int contextTokens,
        String tokenizer,
        Set<Capability> capabilities,
        Optional<Price> price,
        Rates rates) {
    public ServedModel {
        if (parameters < 0) {
            throw new IllegalArgumentException("parameters: " + parameters + " (expected: >= 0)");
        }
        if (contextTokens < 0) {
            throw new IllegalArgumentException("context-tokens: " + contextTokens + " (expected: >= 0)");
        }
        capabilities = capabilities.isEmpty() ? Set.of() : Collections.unmodifiableSet(EnumSet.copyOf(capabilities));
    }

    /** Of which nobody has said how long it takes. */
    public ServedModel(
            ModelId id,
            String revision,
            long parameters,
            int contextTokens,
            String tokenizer,
            Set<Capability> capabilities,
            Optional<Price> price) {
        this(id, revision, parameters, contextTokens, tokenizer, capabilities, price, Rates.UNKNOWN);
    }

    /** The same at another price. */
    public ServedModel withPrice(Optional<Price> other) {
        return new ServedModel(id, revision, parameters, contextTokens, tokenizer, capabilities, other, rates);
    }
}
