package dev.penstock.routing.learning;

import dev.penstock.routing.ModelId;
import org.jspecify.annotations.Nullable;

/**
 * How many bytes a token of a prompt has, learned per model from what workers report: the ratio of sums in which what was
 * seen counts for 99 % of itself after each further prompt, begun as 1,000 tokens of 4 bytes. Keeps the 1,024 models last
 * used. Thread safe.
 */
public final class PromptTokens {
    private static final int MAX_MODELS = 1_024;
    private static final double USUAL = 4;
    private static final double LEAST = 0.5;
    private static final double MOST = 64;
    private static final double KEEP = 0.99;
    private static final double PRIOR_TOKENS = 1_000;

    private final RecentlyUsed<ModelId, Ratio> models = new RecentlyUsed<>(MAX_MODELS);

    private static final class Ratio {
        private double bytes = USUAL * PRIOR_TOKENS;
        private double tokens = PRIOR_TOKENS;
        private volatile double bytesPerToken = USUAL;

        synchronized void observe(double moreBytes, double moreTokens) {
            bytes = bytes * KEEP + moreBytes;
            tokens = tokens * KEEP + moreTokens;
            bytesPerToken = bytes / tokens;
        }
    }

    /** Bytes of a token, from 0.5 to 64. */
    public double bytesPerToken(ModelId model) {
        @Nullable Ratio ratio = models.get(model);
        return ratio == null ? USUAL : ratio.bytesPerToken;
    }

    /** How many tokens a prompt of so many bytes has, about. */
    public double estimate(ModelId model, long bytes) {
        return (double) bytes / bytesPerToken(model);
    }

    /** Takes how many tokens a prompt had; a ratio that no tokenizer has is left out. */
    public void observe(ModelId model, long bytes, long promptTokens) {
        if (promptTokens > 0 && bytes >= LEAST * promptTokens && bytes <= MOST * promptTokens) {
            models.get(model, id -> new Ratio()).observe((double) bytes, (double) promptTokens);
        }
    }
}
