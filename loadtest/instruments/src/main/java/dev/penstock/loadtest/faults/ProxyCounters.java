package dev.penstock.loadtest.faults;

/**
 * What a proxy has done so far.
 *
 * @param accepted connections it has taken
 * @param open connections of these that have not ended
 * @param unreached connections whose target did not answer: they were reset
 * @param toTarget bytes written to the target
 * @param toClient bytes written to who connected
 * @param resets connections it has reset on purpose
 * @param truncations directions it has ended early
 * @param flippedBits bits it has flipped
 */
public record ProxyCounters(
        long accepted,
        long open,
        long unreached,
        long toTarget,
        long toClient,
        long resets,
        long truncations,
        long flippedBits) {}
