package dev.penstock.loadtest.faults;

import java.util.List;

/**
 * A list of faults in the form in which each piece asks for them, which do not change. Bytes that are {@code NEVER} are
 * not reached.
 *
 * @param version tells these from others that say the same
 */
record Conditions(
        long version,
        long delayNanos,
        long jitterNanos,
        long bytesPerSecond,
        long resetAfter,
        boolean blackhole,
        long truncateAfter,
        long corruptEvery,
        int sliceBytes,
        long gapNanos) {
    static final long NEVER = Long.MAX_VALUE;
    private static final int PIECES_PER_SECOND = 20;

    static Conditions of(long version, List<Fault> faults) {
        long delay = 0;
        long jitter = 0;
        long rate = NEVER;
        long reset = NEVER;
        boolean blackhole = false;
        long truncate = NEVER;
        long corrupt = NEVER;
        int slice = Integer.MAX_VALUE;
        long gap = 0;
        for (Fault fault : faults) {
            switch (fault) {
                case Fault.Delay of -> {
                    delay = of.time().toNanos();
                    jitter = of.jitter().toNanos();
                }
                case Fault.Bandwidth of -> rate = of.bytesPerSecond();
                case Fault.Reset of -> reset = of.afterBytes();
                case Fault.Blackhole _ -> blackhole = true;
                case Fault.Truncate of -> truncate = of.afterBytes();
                case Fault.Corrupt of -> corrupt = of.everyBytes();
                case Fault.Slice of -> {
                    slice = of.bytes();
                    gap = of.gap().toNanos();
                }
            }
        }
        return new Conditions(version, delay, jitter, rate, reset, blackhole, truncate, corrupt, slice, gap);
    }

    /** How many of so many bytes go in one write: no more than a slice, nor than what a fraction of a second lets pass. */
    int piece(int bytes) {
        long paced = Math.max(1, bytesPerSecond / PIECES_PER_SECOND);
        return (int) Math.min(bytes, Math.min(sliceBytes, paced));
    }
}
