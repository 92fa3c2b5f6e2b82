package dev.penstock.engine.language;

import dev.penstock.engine.RuntimeOptions;

/**
 * How a language model is served.
 *
 * @param runtime how ONNX Runtime executes it
 * @param runningLimit the most sequences in the running batch
 * @param queueLimit the most sequences that wait for a place; shallow, since requests wait better where they can still
 *     go elsewhere
 * @param cachedTokensLimit the most tokens whose keys and values are held from one step to the next, padding included;
 *     a sequence that would pass it waits. While a step runs, the runtime holds old and new ones at once
 * @param prefillTokens the most prompt tokens computed between two steps of the running batch; longer prompts are cut
 *     into chunks, so that running streams never pause for long
 * @param contextLength the most tokens of a sequence, or 0 for what the model's config says
 */
public record LanguageOptions(
        RuntimeOptions runtime,
        int runningLimit,
        int queueLimit,
        int cachedTokensLimit,
        int prefillTokens,
        int contextLength) {
    public LanguageOptions {
        positive("runningLimit", runningLimit);
        positive("cachedTokensLimit", cachedTokensLimit);
        positive("prefillTokens", prefillTokens);
        if (queueLimit < 0) {
            throw new IllegalArgumentException("queueLimit: " + queueLimit + " (expected: >= 0)");
        }
        if (contextLength < 0) {
            throw new IllegalArgumentException("contextLength: " + contextLength + " (expected: >= 0)");
        }
    }

    private static void positive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: >= 1)");
        }
    }

    /** Sixteen sequences, sixteen waiting, 32,768 cached tokens, chunks of 256, one thread. */
    public static LanguageOptions defaults() {
        return new LanguageOptions(RuntimeOptions.cpu(), 16, 16, 32_768, 256, 0);
    }

    /** These options with another runtime. */
    public LanguageOptions withRuntime(RuntimeOptions other) {
        return new LanguageOptions(other, runningLimit, queueLimit, cachedTokensLimit, prefillTokens, contextLength);
    }

    /** These options with other limits on sequences that run and wait. */
    public LanguageOptions withLimits(int running, int queued) {
        return new LanguageOptions(runtime, running, queued, cachedTokensLimit, prefillTokens, contextLength);
    }
}
