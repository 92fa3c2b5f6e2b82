package dev.penstock.worker.config;

import dev.penstock.runtime.config.Default;
import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Example;
import dev.penstock.runtime.config.Range;
import java.util.List;
import java.util.Optional;

/** A model of another server. */
@Doc("A model of the other server.")
public record SidecarModel(
        @Doc("The name that clients of the pool ask for.") @Example("meta-llama/Llama-3.1-8B-Instruct")
        String name,

        @Doc("The name that the server knows it by, where that is another one.") @Example("llama3.1:8b")
        Optional<String> upstreamName,

        @Doc("What it can do: any of `chat`, `completion`, `embedding`, `tools`, `json-object`, `json-schema`,"
                + " `logprobs`, `vision`, `audio`, `suffix`, `dimensions`.")
        @Default("[chat, completion]")
        List<String> capabilities,

        @Doc("Identifies the exact weights, where known.") @Default("''")
        String revision,

        @Doc("Its size in parameters; 0 where unknown.") @Default("0") @Range(min = "0")
        long parameters,

        @Doc("The longest sequence, prompt and completion together, in tokens; 0 where unknown.")
        @Default("0")
        @Range(min = "0")
        int contextTokens,

        @Doc("Identifies the tokenizer, where known: equal identities count tokens alike.") @Default("''")
        String tokenizer,

        @Doc("What the worker charges for it.") Optional<PriceConfig> price,

        @Doc("How long it takes there, as far as is known.") Optional<RatesConfig> rates) {

    public SidecarModel {
        ModelConfig.requireName(name);
        capabilities = List.copyOf(capabilities);
    }

    /** The name to send to the server. */
    public String nameUpstream() {
        return upstreamName.orElse(name);
    }
}
