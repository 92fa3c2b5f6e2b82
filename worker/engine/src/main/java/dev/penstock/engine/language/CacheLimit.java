package dev.penstock.engine.language;

/**
 * How many tokens' keys and values a batch may hold: rows times the longest of them, since shorter ones are padded.
 *
 * @param tokens the most, padding included; at least 1
 */
record CacheLimit(int tokens) {
    /** Tokens that each row may grow by before room for the next is sought again. */
    private static final int HEADROOM = 64;

    /** Whether so many rows of this length are within the limit. */
    boolean holds(int rows, int length) {
        return (long) rows * length <= tokens;
    }

    /**
     * Whether so many rows are within the limit for a while: what joins without such room would be put out after a few
     * steps, and computing it again costs more than it brings. A small limit leaves less room for growth.
     */
    boolean holdsGrowing(int rows, int length) {
        return (long) rows * (length + Math.min(HEADROOM, tokens / 16)) <= tokens;
    }

    /** How many rows of this length it holds; at least 1, so that the oldest sequence always goes on. */
    int rows(int length) {
        return Math.max(1, tokens / length);
    }
}
