package dev.penstock.routing.model;

/**
 * A hash of texts that is the same in every process and version: FNV-1a over the UTF-16 units, finished as MurmurHash3 does,
 * so that every bit of the result depends on all of them.
 *
 * <p>Source: G. Fowler, L. C. Noll, K.-P. Vo, "The FNV Non-Cryptographic Hash Algorithm"; A. Appleby, MurmurHash3
 * ({@code fmix64}).
 */
final class StableHash {
    private static final long OFFSET = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;
    private static final double UNIT = 0x1p-53;

    private StableHash() {}

    static long of(String... parts) {
        long hash = OFFSET;
        for (String part : parts) {
            for (int i = 0; i < part.length(); i++) {
                hash = (hash ^ part.charAt(i)) * PRIME;
            }
            hash = (hash ^ 0xffff_ffffL) * PRIME; // no character: ("ab", "c") is not ("a", "bc")
        }
        hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return hash ^ (hash >>> 33);
    }

    /** Evenly spread over the numbers above 0 and below 1. */
    static double unit(String... parts) {
        return ((of(parts) >>> 11) + 0.5) * UNIT;
    }
}
