package dev.penstock.gateway.pipeline;

import dev.penstock.protocol.JsonDocument;
import dev.penstock.routing.Affinity;
import dev.penstock.routing.Capability;
import dev.penstock.routing.Demand;
import dev.penstock.routing.Operation;
import dev.penstock.routing.TokenUsage;
import dev.penstock.routing.learning.OutputLengths;
import dev.penstock.routing.learning.PromptTokens;
import dev.penstock.routing.prefix.PrefixHashes;

/**
 * How many tokens requests will take, by what those before them took: of prompts by the bytes of a token, of answers by how
 * long they were for the same key and model. Thread safe; memory is bounded by {@link OutputLengths} and
 * {@link PromptTokens}.
 */
public final class Expectations {
    /** A picture lies in a prompt as hundreds of kilobytes of text, and is a thousand or two of tokens. */
    private static final double MOST_TOKENS_OF_MEDIA = 4_096;

    /** Of the lengths of answers, what is reserved for one. */
    private static final double RESERVED_QUANTILE = 0.9;

    private final OutputLengths lengths = new OutputLengths();
    private final PromptTokens tokens = new PromptTokens();

    /** How much the request asks for. */
    public Demand demand(Principal principal, InferenceRequest request) {
        double prompt = tokens.estimate(request.model(), promptBytes(request));
        if (media(request)) {
            prompt = Math.min(prompt, MOST_TOKENS_OF_MEDIA);
        }
        return request.operation() == Operation.EMBEDDING
                ? new Demand(prompt, 0, 0, 0)
                : lengths.demand(
                        principal.id(),
                        request.model(),
                        prompt,
                        request.maxTokens().orElse(Demand.UNBOUNDED),
                        request.places());
    }

    /**
     * How many tokens are taken of limits before it is run: its prompt by what a token has been in bytes, and so many more
     * as nine in ten of its like have generated at most, within what it allows.
     */
    public TokenReserve reserve(Principal principal, InferenceRequest request) {
        double prompt = tokens.estimate(request.model(), promptBytes(request));
        if (media(request)) {
            prompt = Math.min(prompt, MOST_TOKENS_OF_MEDIA);
        }
        double output = request.operation() == Operation.EMBEDDING
                ? 0
                : lengths.quantile(
                        principal.id(),
                        request.model(),
                        RESERVED_QUANTILE,
                        request.maxTokens().orElse(Demand.UNBOUNDED),
                        request.places());
        return new TokenReserve((long) Math.ceil(prompt), (long) Math.ceil(output));
    }

    /** Where its like has been: its blocks have so many tokens as they are learned to have. */
    public Affinity affinity(InferenceRequest request) {
        Affinity affinity = request.affinity();
        return affinity.blocks().length == 0
                ? affinity
                : PrefixHashes.affinity(affinity.session(), affinity.blocks(), tokens.bytesPerToken(request.model()));
    }

    /** It was answered in full. */
    public void answered(Principal principal, InferenceRequest request, TokenUsage usage) {
        if (!usage.estimated() && !media(request)) {
            tokens.observe(request.model(), promptBytes(request), usage.promptTokens());
        }
        if (request.operation() != Operation.EMBEDDING) {
            lengths.observe(principal.id(), request.model(), (double) usage.completionTokens() / request.places());
        }
    }

    private static boolean media(InferenceRequest request) {
        return request.required().contains(Capability.VISION)
                || request.required().contains(Capability.AUDIO);
    }

    private static long promptBytes(InferenceRequest request) {
        String field =
                switch (request.operation()) {
                    case CHAT -> "messages";
                    case COMPLETION -> "prompt";
                    case EMBEDDING -> "input";
                };
        return length(request.body(), field) + length(request.body(), "tools");
    }

    private static long length(JsonDocument body, String field) {
        return body.slice(field).map(slice -> (long) slice.to() - slice.from()).orElse(0L);
    }
}
