package dev.penstock.loadtest.simulation.trace;

import dev.penstock.loadtest.generator.TraceFile;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * Requests in the order in which they come. Its arrays are not copied and not written to.
 *
 * @param name what it is called
 * @param atNanos when each comes, rising
 * @param promptTokens of each, at least 1
 * @param outputTokens of each, at least 1
 * @param blocks names of the blocks of each prompt, each of it together with all before it; none where nothing is known
 * @param blockTokens tokens of a block
 */
@SuppressWarnings("ArrayRecordComponent") // large, and two are never compared
public record Trace(
        String name, long[] atNanos, int[] promptTokens, int[] outputTokens, long[][] blocks, int blockTokens) {
    /** What Mooncake's traces name. */
    public static final int BLOCK_TOKENS = 512;

    /** A trace as a file has it, of at most so many of its requests, the first ones. */
    public static Trace of(String name, TraceFile file, int most) {
        int size = Math.min(file.size(), most);
        long[] at = new long[size];
        int[] prompt = new int[size];
        int[] output = new int[size];
        long[][] blocks = new long[size][];
        for (int i = 0; i < size; i++) {
            at[i] = file.atNanos(i);
            prompt[i] = Math.max(1, file.promptTokens(i));
            output[i] = Math.max(1, file.answerTokens(i));
            blocks[i] = file.blocks(i);
        }
        return new Trace(name, at, prompt, output, blocks, BLOCK_TOKENS);
    }

    /** How many requests. */
    public int size() {
        return atNanos.length;
    }

    /** Seconds from the first to the last. */
    public double seconds() {
        return size() == 0 ? 0 : (atNanos[size() - 1] - atNanos[0]) / 1e9;
    }

    /** Requests a second, on average. */
    public double rate() {
        return size() < 2 || seconds() == 0 ? 0 : (size() - 1) / seconds();
    }

    /** The same requests at another average rate: every gap is longer or shorter by one factor. */
    public Trace atRate(double rate) {
        double factor = rate() / rate;
        long[] at = Arrays.stream(atNanos)
                .map(nanos -> (long) ((nanos - atNanos[0]) * factor))
                .toArray();
        return new Trace(name, at, promptTokens, outputTokens, blocks, blockTokens);
    }

    /** Some of it, its times counted from the first of them. */
    public Trace part(int from, int to) {
        long[] at = Arrays.copyOfRange(atNanos, from, to);
        long first = at.length == 0 ? 0 : at[0];
        for (int i = 0; i < at.length; i++) {
            at[i] -= first;
        }
        return new Trace(
                name,
                at,
                Arrays.copyOfRange(promptTokens, from, to),
                Arrays.copyOfRange(outputTokens, from, to),
                Arrays.copyOfRange(blocks, from, to),
                blockTokens);
    }

    /** The share of blocks that a cache without end would have had: what no policy can beat. */
    public double ceiling() {
        Set<Long> seen = new HashSet<>();
        long hits = 0;
        long all = 0;
        for (long[] names : blocks) {
            int had = 0;
            while (had < names.length && seen.contains(names[had])) {
                had++;
            }
            hits += had;
            all += names.length;
            for (long name : names) {
                seen.add(name);
            }
        }
        return all == 0 ? 0 : (double) hits / all;
    }
}
