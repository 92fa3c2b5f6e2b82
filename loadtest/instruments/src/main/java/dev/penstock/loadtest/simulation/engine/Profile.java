package dev.penstock.loadtest.simulation.engine;

import dev.penstock.routing.Accelerator;

/**
 * Engines by name. The figures of {@link #H100_8B}, {@link #H100X8_70B} and {@link #L40S_3B} are the latency profiles of
 * llm-d-inference-sim; those of {@link #CPU_1B} follow from 50 GB/s of memory and 500 GFLOP/s; those of {@link #TPU_8B} and
 * {@link #PAID_API} are no one's published measurement, but of the order that such services show.
 */
@SuppressWarnings("ImmutableEnumChecker") // shapes are records of numbers
public enum Profile {
    /** 8B on one H100: 30 ms and 250 us a prompt token, 12 ms a token, twice that in a full batch. */
    H100_8B(Accelerator.GPU, 8_000_000_000L, new EngineShape(0.030, 250e-6, 0.012, 2, 256, 2048, 524_288)),
    /** 70B on eight H100: 80 ms and 500 us a prompt token, 25 ms a token, three times that in a full batch. */
    H100X8_70B(Accelerator.GPU, 70_000_000_000L, new EngineShape(0.080, 500e-6, 0.025, 3, 256, 2048, 524_288)),
    /** 1B to 3B on an L40S: 20 ms and 350 us a prompt token, 15 ms a token, half as much again in a full batch. */
    L40S_3B(Accelerator.GPU, 3_000_000_000L, new EngineShape(0.020, 350e-6, 0.015, 1.5, 256, 2048, 524_288)),
    /** 1B on the CPUs of a server at the edge: 10 ms and 4 ms a prompt token, 20 ms a token, four times in a full batch. */
    CPU_1B(Accelerator.CPU, 1_000_000_000L, new EngineShape(0.010, 4e-3, 0.020, 4, 16, 512, 65_536)),
    /** 8B on a slice of four TPU v5e: 40 ms and 180 us a prompt token, 14 ms a token, 2.5 times in a full batch. */
    TPU_8B(Accelerator.TPU, 8_000_000_000L, new EngineShape(0.040, 180e-6, 0.014, 2.5, 192, 2048, 393_216)),
    /** A paid API: 350 ms and 20 us a prompt token, 12 ms a token, on the median; no limit. */
    PAID_API(Accelerator.GPU, 70_000_000_000L, new ApiShape(0.350, 20e-6, 0.012, 0.35, 0));

    private final Accelerator accelerator;
    private final long parameters;
    private final Shape shape;

    Profile(Accelerator accelerator, long parameters, Shape shape) {
        this.accelerator = accelerator;
        this.parameters = parameters;
        this.shape = shape;
    }

    /** What it computes on. */
    public Accelerator accelerator() {
        return accelerator;
    }

    /** How many parameters its model has. */
    public long parameters() {
        return parameters;
    }

    /** How its engine behaves. */
    public Shape shape() {
        return shape;
    }
}
