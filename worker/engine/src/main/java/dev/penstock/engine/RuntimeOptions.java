package dev.penstock.engine;

/**
 * How ONNX Runtime executes a model.
 *
 * @param accelerator the device
 * @param intraOpThreads threads that share one operator, at least 1. A model of a few million parameters is fastest
 *     with 1 or 2
 * @param interOpThreads threads that run independent operators, at least 1
 */
public record RuntimeOptions(Accelerator accelerator, int intraOpThreads, int interOpThreads) {
    public RuntimeOptions {
        if (intraOpThreads < 1) {
            throw new IllegalArgumentException("intraOpThreads: " + intraOpThreads + " (expected: >= 1)");
        }
        if (interOpThreads < 1) {
            throw new IllegalArgumentException("interOpThreads: " + interOpThreads + " (expected: >= 1)");
        }
    }

    /** One thread on the processor. */
    public static RuntimeOptions cpu() {
        return cpu(1);
    }

    /** The processor, with this many threads to an operator. */
    public static RuntimeOptions cpu(int intraOpThreads) {
        return new RuntimeOptions(Accelerator.CPU, intraOpThreads, 1);
    }
}
