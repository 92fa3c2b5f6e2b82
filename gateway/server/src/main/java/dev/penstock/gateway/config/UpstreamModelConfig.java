package dev.penstock.gateway.config;

import dev.penstock.routing.Capability;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Rates;
import dev.penstock.routing.ServedModel;
import dev.penstock.runtime.config.Default;
import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Example;
import dev.penstock.runtime.config.Range;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A model that an upstream serves. */
@Doc("A model that the upstream serves.")
public record UpstreamModelConfig(
        @Doc("The name clients ask for. Several upstreams may serve the same name: they share its requests.")
        @Example("llama-3.1-8b")
        String name,

        @Doc("The name the upstream knows it by, where that is another.") @Example("meta-llama/Llama-3.1-8B-Instruct")
        Optional<String> upstreamName,

        @Doc("Identifies the exact weights; empty where the server does not say.") @Default("''")
        String revision,

        @Doc("Its size in parameters; 0 where unknown.") @Default("0") @Range(min = "0")
        long parameters,

        @Doc("Prompt and completion together, in tokens; 0 where unknown.") @Default("0") @Range(min = "0")
        int contextTokens,

        @Doc("Identifies the tokenizer: equal identities give equal token ids; empty where unknown.") @Default("''")
        String tokenizer,

        @Doc("""
                What it can do there. A request that needs more is answered 400 with the parameter's name. An embedding
                model has `[embedding]`.""") @Default("[chat, completion, tools, json-object, json-schema, logprobs]")
        List<Capability> capabilities,

        @Doc("What it costs there.") Optional<PriceConfig> price,

        @Doc("How long it takes there, as far as is known.") Optional<RatesConfig> rates) {
    public UpstreamModelConfig {
        requireModel("name", name);
        upstreamName.ifPresent(value -> requireModel("upstream-name", value));
        capabilities = List.copyOf(capabilities);
        if (capabilities.isEmpty()) {
            throw new IllegalArgumentException("capabilities: none (expected: at least one)");
        }
    }

    /** The name to ask the upstream for. */
    public String wireName() {
        return upstreamName.orElse(name);
    }

    /** Its name in the pool. */
    public ModelId modelId() {
        return new ModelId(name);
    }

    /** As routing knows it. */
    public ServedModel served() {
        return new ServedModel(
                new ModelId(name),
                revision,
                parameters,
                contextTokens,
                tokenizer,
                Set.copyOf(capabilities),
                price.map(PriceConfig::price),
                rates.map(RatesConfig::rates).orElse(Rates.UNKNOWN));
    }

    private static void requireModel(String key, String value) {
        try {
            new ModelId(value);
        } catch (IllegalArgumentException refused) {
            throw new IllegalArgumentException(
                    key + String.valueOf(refused.getMessage()).replaceFirst("^model", ""), refused);
        }
    }
}
