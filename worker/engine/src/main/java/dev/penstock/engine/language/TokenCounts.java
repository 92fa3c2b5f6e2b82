package dev.penstock.engine.language;

import java.util.Arrays;

/** How often each token occurs in the completion, and which occur in prompt or completion at all. */
final class TokenCounts {
    static final TokenCounts NONE = new TokenCounts(new int[0], 0);

    /** By id: 0 where never seen, else 1 + occurrences in the completion. */
    private final int[] counts;

    private int[] ids = new int[64];
    private int distinct;

    TokenCounts(int[] prompt, int vocabularySize) {
        counts = new int[vocabularySize];
        if (vocabularySize > 0) {
            for (int id : prompt) {
                see(id);
            }
        }
    }

    private void see(int id) {
        if (counts[id] == 0) {
            counts[id] = 1;
            if (distinct == ids.length) {
                ids = Arrays.copyOf(ids, 2 * distinct);
            }
            ids[distinct++] = id;
        }
    }

    /** Counts a token of the completion. */
    void add(int id) {
        if (counts.length > 0) {
            see(id);
            counts[id]++;
        }
    }

    /** How many different tokens were seen. */
    int distinct() {
        return distinct;
    }

    /** The {@code i}-th of them. */
    int id(int i) {
        return ids[i];
    }

    /** Occurrences in the completion. */
    int inCompletion(int id) {
        return counts[id] - 1;
    }
}
