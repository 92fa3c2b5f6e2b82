package dev.penstock.engine;

/**
 * How busy a model is, at one moment.
 *
 * @param running sequences (or texts) that take part in the running batch
 * @param runningLimit the most that may
 * @param queued sequences (or texts) that wait for a place
 * @param queueLimit the most that may
 * @param cachedTokens tokens whose keys and values are held, padding included; 0 for embedding models
 * @param cachedTokensLimit the most that may be held; 0 for embedding models
 * @param prompts tokens of prompts (or texts) that are still to be computed, and that were
 */
public record EngineLoad(
        int running,
        int runningLimit,
        int queued,
        int queueLimit,
        int cachedTokens,
        int cachedTokensLimit,
        PromptTokens prompts) {}
