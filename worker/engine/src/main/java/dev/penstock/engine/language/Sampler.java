package dev.penstock.engine.language;

import java.util.Map;

/**
 * Chooses tokens for one sequence. Works on the logits in place and keeps its scratch space, so that a step allocates
 * nothing.
 *
 * <p>Tokens of equal probability are ordered by id, and the random draw walks over the candidates by id: rounding of
 * the logits then changes a choice only where the drawn number falls within that rounding of a boundary.
 */
final class Sampler {
    /** Below this, relative to the likeliest, a token has a chance of less than 1e-13 and is left out. */
    private static final double NEGLIGIBLE = -30;

    private final Sampling sampling;
    private final Scratch scratch;
    private final TokenCounts counts;
    private long state;

    /** Space that samplers of one thread share. */
    static final class Scratch {
        final int[] ids;
        final long[] keys;
        final long[] work;

        Scratch(int vocabularySize) {
            ids = new int[vocabularySize];
            keys = new long[vocabularySize];
            work = new long[vocabularySize];
        }
    }

    Sampler(Sampling sampling, long seed, int[] prompt, Scratch scratch) {
        this.sampling = sampling;
        this.scratch = scratch;
        this.state = seed;
        boolean counted = sampling.repetitionPenalty() != 1
                || sampling.presencePenalty() != 0
                || sampling.frequencyPenalty() != 0;
        this.counts = counted ? new TokenCounts(prompt, scratch.ids.length) : TokenCounts.NONE;
    }

    /** The next token. Changes the logits. */
    int next(float[] logits) {
        penalize(logits);
        for (Map.Entry<Integer, Float> bias : sampling.logitBias().entrySet()) {
            logits[bias.getKey()] += bias.getValue();
        }
        float max = max(logits);
        int chosen = sampling.temperature() < 1e-5f ? likeliest(logits, max) : draw(logits, max);
        counts.add(chosen);
        return chosen;
    }

    private void penalize(float[] logits) {
        for (int i = 0; i < counts.distinct(); i++) {
            int id = counts.id(i);
            float logit = logits[id];
            logit = logit > 0 ? logit / sampling.repetitionPenalty() : logit * sampling.repetitionPenalty();
            int count = counts.inCompletion(id);
            if (count > 0) {
                logit -= sampling.frequencyPenalty() * count + sampling.presencePenalty();
            }
            logits[id] = logit;
        }
    }

    private static float max(float[] logits) {
        float max = Float.NEGATIVE_INFINITY;
        for (float logit : logits) {
            max = Math.max(max, logit);
        }
        if (!Float.isFinite(max)) {
            throw new ArithmeticException("the model's logits are not finite: " + max);
        }
        return max;
    }

    private static int likeliest(float[] logits, float max) {
        int id = 0;
        while (logits[id] < max - LanguageModel.NEAR_TIE) {
            id++;
        }
        return id;
    }

    private int draw(float[] logits, float max) {
        long[] keys = scratch.keys;
        double floor = sampling.minP() > 0 ? Math.max(NEGLIGIBLE, Math.log(sampling.minP())) : NEGLIGIBLE;
        double inverse = 1.0 / sampling.temperature();
        int count = 0;
        for (int id = 0; id < logits.length; id++) {
            double relative = (logits[id] - max) * inverse;
            if (relative >= floor) {
                keys[count] = key((float) Math.exp(relative), id);
                scratch.ids[count++] = id;
            }
        }
        if (sampling.topK() > 0 && sampling.topK() < count) {
            System.arraycopy(keys, 0, scratch.work, 0, count);
            count = keep(count, greatest(scratch.work, count, sampling.topK()));
        }
        if (sampling.topP() < 1) {
            System.arraycopy(keys, 0, scratch.work, 0, count);
            count = keep(count, nucleus(scratch.work, count, sampling.topP()));
        }
        return pick(keys, count);
    }

    /** Drops the candidates below {@code least}. */
    private int keep(int count, long least) {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if (scratch.keys[i] >= least) {
                scratch.ids[kept] = scratch.ids[i];
                scratch.keys[kept++] = scratch.keys[i];
            }
        }
        return kept;
    }

    private int pick(long[] keys, int count) {
        double total = 0;
        for (int i = 0; i < count; i++) {
            total += weight(keys[i]);
        }
        double left = uniform() * total;
        for (int i = 0; i < count - 1; i++) {
            left -= weight(keys[i]);
            if (left < 0) {
                return scratch.ids[i];
            }
        }
        return scratch.ids[count - 1];
    }

    /** SplitMix64: one number from 0 (inclusive) to 1 (exclusive) for each token. */
    private double uniform() {
        state += 0x9E3779B97F4A7C15L;
        long z = state;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return ((z ^ (z >>> 31)) >>> 11) * 0x1.0p-53;
    }

    /** Orders by weight, then by lower id: the bits of floats that are not negative compare as the floats do. */
    private static long key(float weight, int id) {
        return ((long) Float.floatToRawIntBits(weight) << 32) | (0xFFFF_FFFFL - id);
    }

    private static float weight(long key) {
        return Float.intBitsToFloat((int) (key >>> 32));
    }

    /** The {@code k}-th greatest of the first {@code count} keys, by quickselect. Leaves them out of order. */
    static long greatest(long[] keys, int count, int k) {
        int from = 0;
        int to = count - 1;
        while (from < to) {
            int pivot = partition(keys, from, to);
            if (pivot == k - 1) {
                return keys[pivot];
            }
            if (pivot < k - 1) {
                from = pivot + 1;
            } else {
                to = pivot - 1;
            }
        }
        return keys[k - 1];
    }

    /**
     * The least key of the smallest set of greatest keys whose weights reach the share {@code p} of all, by quickselect
     * on sums. Leaves the keys out of order.
     */
    static long nucleus(long[] keys, int count, float p) {
        double missing = 0;
        for (int i = 0; i < count; i++) {
            missing += weight(keys[i]);
        }
        missing *= p;
        int from = 0;
        int to = count - 1;
        long least = keys[0];
        while (from <= to) {
            int pivot = partition(keys, from, to);
            least = keys[pivot];
            double above = 0;
            for (int i = from; i < pivot; i++) {
                above += weight(keys[i]);
            }
            if (above >= missing) {
                to = pivot - 1;
            } else if (above + weight(least) >= missing) {
                return least;
            } else {
                missing -= above + weight(least);
                from = pivot + 1;
            }
        }
        return least;
    }

    /** Puts greater keys before the middle of three, lesser ones after; where that one comes to lie. */
    private static int partition(long[] keys, int from, int to) {
        int middle = (from + to) >>> 1;
        long a = keys[from];
        long b = keys[middle];
        long c = keys[to];
        int chosen = (a > b) == (b > c) ? middle : (b > a) == (a > c) ? from : to;
        long pivot = keys[chosen];
        keys[chosen] = keys[to];
        int next = from;
        for (int i = from; i < to; i++) {
            long key = keys[i];
            if (key > pivot) {
                keys[i] = keys[next];
                keys[next++] = key;
            }
        }
        keys[to] = keys[next];
        keys[next] = pivot;
        return next;
    }
}
