package dev.penstock.routing.learning;

import dev.penstock.routing.Accelerator;
import dev.penstock.routing.Rates;
import dev.penstock.routing.ServedModel;
import dev.penstock.routing.Worker;

/**
 * How long a worker is taken to need for a model before it has been seen at work.
 *
 * <pre>
 * time to the first token = firstSeconds + uncachedTokens * secondsPerPromptToken
 * time per token          = secondsPerToken * (1 + (fullBatchFactor - 1) * (batch - 1) / (fullBatch - 1))
 * </pre>
 *
 * @param firstSeconds until the first token of an empty prompt, finite, above 0
 * @param secondsPerPromptToken of prefill, finite, above 0
 * @param secondsPerToken between tokens of a request that runs alone, finite, above 0
 * @param fullBatchFactor how many times slower tokens come when the batch is full, finite, at least 1
 * @param fullBatch how many requests a full batch has, at least 1
 */
public record Prior(
        double firstSeconds,
        double secondsPerPromptToken,
        double secondsPerToken,
        double fullBatchFactor,
        int fullBatch) {
    private static final double BILLION = 1e9;

    /** Where nothing is said of a model's size: on an accelerator the usual 8B, on a CPU what one would run there. */
    private static final double UNKNOWN_BILLIONS = 8;

    private static final double UNKNOWN_BILLIONS_ON_CPU = 1;

    public Prior {
        requirePositive("first-seconds", firstSeconds);
        requirePositive("seconds-per-prompt-token", secondsPerPromptToken);
        requirePositive("seconds-per-token", secondsPerToken);
        if (!(fullBatchFactor >= 1 && fullBatchFactor < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("full-batch-factor: " + fullBatchFactor + " (expected: >= 1)");
        }
        if (fullBatch < 1) {
            throw new IllegalArgumentException("full-batch: " + fullBatch + " (expected: >= 1)");
        }
    }

    /** What is declared of the worker's {@linkplain ServedModel#rates rates}, and where nothing is, {@link #usual}. */
    public static Prior of(Worker worker, ServedModel model) {
        Rates said = model.rates();
        Prior usual = usual(worker, model);
        return new Prior(
                said.firstTokenSeconds() > 0 ? said.firstTokenSeconds() : usual.firstSeconds,
                said.prefillTokensPerSecond() > 0 ? 1 / said.prefillTokensPerSecond() : usual.secondsPerPromptToken,
                said.decodeTokensPerSecond() > 0 ? 1 / said.decodeTokensPerSecond() : usual.secondsPerToken,
                usual.fullBatchFactor,
                usual.fullBatch);
    }

    /**
     * What is usual for such a model on such an accelerator. GPUs and TPUs: 8B takes 30 ms + 250 us a prompt token and 12 ms
     * a token, twice that in a full batch; 70B 80 ms + 500 us and 25 ms, three times; other sizes by the power law through
     * both. CPUs read all weights for each token and soon run out of arithmetic: per billion of parameters 5 ms + 4 ms a
     * prompt token and 20 ms a token, four times that in a full batch.
     *
     * <p>Source: the latency profiles of llm-d-inference-sim for 8B and 70B; for CPUs, 50 GB/s of memory for one byte a
     * parameter, and 500 GFLOP/s for two operations a parameter.
     */
    static Prior usual(Worker worker, ServedModel model) {
        boolean cpu = worker.accelerator() == Accelerator.CPU;
        double billions = model.parameters() == 0
                ? cpu ? UNKNOWN_BILLIONS_ON_CPU : UNKNOWN_BILLIONS
                : Math.clamp(model.parameters() / BILLION, 0.001, 10_000);
        if (cpu) {
            return new Prior(0.005 * billions, 0.004 * billions, 0.02 * billions, 4, worker.capacity());
        }
        double size = billions / UNKNOWN_BILLIONS;
        return new Prior(
                0.03 * Math.pow(size, 0.452),
                250e-6 * Math.pow(size, 0.32),
                0.012 * Math.pow(size, 0.338),
                Math.max(1, 2 * Math.pow(size, 0.187)),
                worker.capacity());
    }

    /** By how much each further request of the batch lengthens the time per token, seconds. */
    double secondsPerTokenAndRequest() {
        return fullBatch == 1 ? 0 : secondsPerToken * (fullBatchFactor - 1) / (fullBatch - 1);
    }

    private static void requirePositive(String name, double seconds) {
        if (!(seconds > 0 && seconds < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(name + ": " + seconds + " (expected: a finite number > 0)");
        }
    }
}
