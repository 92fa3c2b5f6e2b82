package dev.penstock.worker.http;

import dev.penstock.engine.PromptTokens;
import java.util.Optional;

/**
 * A model as the worker serves it at one moment.
 *
 * @param name what clients ask for
 * @param createdSeconds since when it is served, in seconds of the epoch
 * @param ownedBy whose it is, for the list of models
 * @param running requests, sequences or texts that it works on
 * @param runningLimit the most that it works on at once
 * @param queued those that wait
 * @param queueLimit the most that may wait
 * @param cacheUse of its room for keys and values, the part that is in use, from 0 to 1; 0 where it has none or is not known
 * @param prompts its prompt tokens; empty where another server computes them, which does not tell
 */
public record ModelStatus(
        String name,
        long createdSeconds,
        String ownedBy,
        int running,
        int runningLimit,
        int queued,
        int queueLimit,
        double cacheUse,
        Optional<PromptTokens> prompts) {}
