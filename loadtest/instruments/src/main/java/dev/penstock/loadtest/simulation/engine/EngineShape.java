package dev.penstock.loadtest.simulation.engine;

import dev.penstock.loadtest.simulation.clock.VirtualClock;
import java.util.SplittableRandom;

/**
 * How fast an engine with continuous batching is, and how much it holds. A step takes
 * {@code max(prefill tokens * prefillPerToken, a + b * batch)} seconds, where {@code a + b = perToken} and
 * {@code a + b * maxRunning = fullBatchSlowdown * perToken}.
 *
 * <p>Source of the step: the mock worker of SMG (Shepherd Model Gateway); of overhead and rates: the profiles of
 * llm-d-inference-sim.
 *
 * @param overheadSeconds of a request before it joins the batch: tokenization and scheduling, which compute nothing
 * @param prefillPerToken seconds for a token of a prompt that is in no cache
 * @param perToken seconds for a token of an answer with nothing else in the batch
 * @param fullBatchSlowdown how many times longer that is in a full batch, at least 1
 * @param maxRunning the most requests in a batch, at least 1
 * @param chunkTokens the most tokens of a step, at least 1
 * @param memoryTokens tokens whose state it holds, cached ones included
 */
public record EngineShape(
        double overheadSeconds,
        double prefillPerToken,
        double perToken,
        double fullBatchSlowdown,
        int maxRunning,
        int chunkTokens,
        int memoryTokens)
        implements Shape {
    public EngineShape {
        if (!(overheadSeconds >= 0) || !(prefillPerToken >= 0) || !(perToken > 0) || !(fullBatchSlowdown >= 1)) {
            throw new IllegalArgumentException("engine: " + overheadSeconds + " s overhead, " + prefillPerToken
                    + " s/token prefill, " + perToken + " s/token, slowdown " + fullBatchSlowdown
                    + " (expected: >= 0, >= 0, > 0, >= 1)");
        }
        if (maxRunning < 1 || chunkTokens < 1 || memoryTokens < 1) {
            throw new IllegalArgumentException("engine: " + maxRunning + " running, " + chunkTokens + " tokens a step, "
                    + memoryTokens + " tokens held (expected: each >= 1)");
        }
    }

    /** Seconds that a step takes. */
    public double stepSeconds(int prefillTokens, int batch) {
        double slope = maxRunning == 1 ? 0 : perToken * (fullBatchSlowdown - 1) / (maxRunning - 1);
        return Math.max(prefillTokens * prefillPerToken, perToken + slope * (Math.max(1, batch) - 1));
    }

    @Override
    public Engine engine(VirtualClock clock, SplittableRandom random) {
        return new BatchEngine(clock, this);
    }
}
