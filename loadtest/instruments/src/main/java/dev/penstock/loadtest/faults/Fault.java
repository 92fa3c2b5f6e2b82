package dev.penstock.loadtest.faults;

import java.time.Duration;

/** What is wrong with one direction of the connections through a proxy. Several may be at once, one of each kind. */
public sealed interface Fault {
    /**
     * Bytes come later, in the order in which they were sent.
     *
     * @param time for each piece, 0 or more
     * @param jitter at most this much more, drawn evenly for each piece, 0 or more
     */
    record Delay(Duration time, Duration jitter) implements Fault {
        /** A delay within its bounds. */
        public Delay {
            check("delay", time.isNegative() ? -1 : 0, 0);
            check("jitter", jitter.isNegative() ? -1 : 0, 0);
        }
    }

    /**
     * At most so many bytes pass in a second, for each connection.
     *
     * @param bytesPerSecond from 1
     */
    record Bandwidth(long bytesPerSecond) implements Fault {
        /** A bandwidth within its bounds. */
        public Bandwidth {
            check("bandwidth", bytesPerSecond, 1);
        }
    }

    /**
     * Both ends see the connection reset (RST).
     *
     * @param afterBytes how many bytes of each connection pass first, from the moment the fault is set; with 0, connections
     *     that are open or made are reset at once
     */
    record Reset(long afterBytes) implements Fault {
        /** A reset within its bounds. */
        public Reset {
            check("bytes before the reset", afterBytes, 0);
        }
    }

    /**
     * Nothing passes, not even an end, and neither end is told: connections are accepted and silent. Those that were open
     * are half-open. Once the fault is gone, what was sent meanwhile comes through.
     */
    record Blackhole() implements Fault {}

    /**
     * The direction ends in order (FIN) as if all had been sent; what comes after is read and dropped.
     *
     * @param afterBytes how many bytes of each connection pass first, from the moment the fault is set
     */
    record Truncate(long afterBytes) implements Fault {
        /** A truncation within its bounds. */
        public Truncate {
            check("bytes before the end", afterBytes, 0);
        }
    }

    /**
     * One bit, drawn by the proxy's seed, is flipped in every so many bytes of a connection.
     *
     * @param everyBytes from 1
     */
    record Corrupt(long everyBytes) implements Fault {
        /** A corruption within its bounds. */
        public Corrupt {
            check("bytes for each flipped bit", everyBytes, 1);
        }
    }

    /**
     * Bytes come in small pieces.
     *
     * @param bytes of each, from 1
     * @param gap between two, 0 or more; with 0 they may be joined again on their way
     */
    record Slice(int bytes, Duration gap) implements Fault {
        /** Slices within their bounds. */
        public Slice {
            check("slice", bytes, 1);
            check("gap", gap.isNegative() ? -1 : 0, 0);
        }
    }

    private static void check(String name, long value, long least) {
        if (value < least) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + least + " or more)");
        }
    }
}
