package dev.penstock.loadtest.generator;

import java.nio.file.Path;

/** When requests are sent. */
public sealed interface Arrivals {
    /** At moments fixed in advance, whatever becomes of earlier requests: latency counts from the moment, not the sending. */
    sealed interface Open extends Arrivals {}

    /** Every 1/rate seconds. */
    record Constant(double rate) implements Open {
        /** A rate in requests/s, above 0 and up to a million. */
        public Constant {
            checkRate(rate);
        }
    }

    /** A Poisson process: exponential gaps, as many independent users make. */
    record Poisson(double rate) implements Open {
        /** A rate in requests/s, above 0 and up to a million. */
        public Poisson {
            checkRate(rate);
        }
    }

    /**
     * Gamma-distributed gaps of the same mean but a higher coefficient of variation, as users that come in waves make.
     *
     * @param rate requests/s, above 0 and up to a million
     * @param burstiness the coefficient of variation of the gaps, above 1 (which would be Poisson) and up to 20
     */
    record Bursty(double rate, double burstiness) implements Open {
        /** A process within its bounds. */
        public Bursty {
            checkRate(rate);
            if (!(burstiness > 1 && burstiness <= 20)) {
                throw new IllegalArgumentException("burstiness: " + burstiness + " (expected: above 1, up to 20)");
            }
        }
    }

    /**
     * As a trace file has them: its times, and where it tells them its prompt and answer lengths in tokens.
     *
     * @param file CSV with a TIMESTAMP column (ContextTokens, GeneratedTokens), or JSON lines with a {@code timestamp} in
     *     ms ({@code input_length, output_length})
     * @param speedup how many times faster than it was recorded, above 0
     */
    record Trace(Path file, double speedup) implements Open {
        /** A trace within its bounds. */
        public Trace {
            if (!(speedup > 0 && speedup <= 1_000_000)) {
                throw new IllegalArgumentException("speedup: " + speedup + " (expected: above 0, up to 1000000)");
            }
        }
    }

    /**
     * As fast as answers come: each connection asks again when it has been answered. Tells what a system can do, not how
     * it feels to be served by it.
     */
    record Saturating() implements Arrivals {}

    private static void checkRate(double rate) {
        if (!(rate > 0 && rate <= 1_000_000)) {
            throw new IllegalArgumentException("rate: " + rate + " (expected: above 0, up to 1000000 requests/s)");
        }
    }
}
