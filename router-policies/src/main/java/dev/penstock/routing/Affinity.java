package dev.penstock.routing;

/**
 * What of a request others had before it: where their state is, it is answered sooner.
 *
 * @param session a hash of what names the conversation; 0 where nothing does
 * @param blocks a hash of each whole block of the prompt together with all before it, the first block first; not copied,
 *     never written to
 * @param blockTokens how many tokens a block has, at least 1
 */
@SuppressWarnings("ArrayRecordComponent") // read on every decision; two are never compared
public record Affinity(long session, long[] blocks, int blockTokens) {
    /** Nothing is known of it. */
    public static final Affinity NONE = new Affinity(0, new long[0], 64);

    public Affinity {
        if (blockTokens < 1) {
            throw new IllegalArgumentException("block-tokens: " + blockTokens + " (expected: >= 1)");
        }
    }
}
