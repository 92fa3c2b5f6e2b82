package dev.penstock.trainer;

/** Which part of the questions is asked for: what is trained on, or what is kept for the examination. */
public enum Part {
    TRAINING,
    EXAMINATION;

    /** One combination in this many is kept for the examination. */
    private static final int HELD_OUT_ONE_IN = 10;

    /**
     * Whether a combination of facts belongs to this part. Every combination belongs to exactly one, for good: the
     * choice is a hash of the combination.
     *
     * @param combination what is combined, such as {@code "add 17 25"}
     */
    public boolean admits(String combination) {
        int hash = combination.hashCode() * 0x9E3779B9;
        boolean heldOut = Math.floorMod(((hash ^ (hash >>> 15)) * 0x85EBCA6B) >>> 8, HELD_OUT_ONE_IN) == 0;
        return heldOut == (this == EXAMINATION);
    }
}
