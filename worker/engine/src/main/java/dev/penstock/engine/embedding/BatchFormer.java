package dev.penstock.engine.embedding;

import dev.penstock.engine.embedding.EmbeddingJob.Item;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Chooses what is computed together: the text that waited longest, and those nearest to it in length, since a batch
 * costs as much as if all were as long as the longest.
 */
final class BatchFormer {
    private final int batchLimit;
    private final int tokensLimit;

    BatchFormer(int batchLimit, int tokensLimit) {
        this.batchLimit = batchLimit;
        this.tokensLimit = tokensLimit;
    }

    /** The next batch, of at least one; {@code waiting} is in order of arrival and not changed. */
    List<Item> next(List<Item> waiting) {
        Item oldest = waiting.getFirst();
        List<Item> batch = new ArrayList<>();
        batch.add(oldest);
        if (oldest.alone()) {
            return batch;
        }
        List<Item> sorted = new ArrayList<>(waiting);
        sorted.removeIf(Item::alone);
        sorted.sort(Comparator.comparingInt(item -> item.ids().length));
        int low = sorted.indexOf(oldest);
        int high = low;
        while (batch.size() < batchLimit) {
            int below = low > 0 ? length(oldest) - length(sorted.get(low - 1)) : Integer.MAX_VALUE;
            int above = high + 1 < sorted.size() ? length(sorted.get(high + 1)) - length(oldest) : Integer.MAX_VALUE;
            if (below == Integer.MAX_VALUE && above == Integer.MAX_VALUE) {
                break;
            }
            int from = below <= above ? low - 1 : low;
            int to = below <= above ? high : high + 1;
            int longest = length(sorted.get(to));
            boolean tooUneven = longest > 2 * length(sorted.get(from)) + 16;
            if (tooUneven || (long) longest * (batch.size() + 1) > tokensLimit) {
                break;
            }
            batch.add(sorted.get(below <= above ? from : to));
            low = from;
            high = to;
        }
        return batch;
    }

    private static int length(Item item) {
        return item.ids().length;
    }
}
