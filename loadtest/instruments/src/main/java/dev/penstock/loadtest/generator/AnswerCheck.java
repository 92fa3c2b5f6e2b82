package dev.penstock.loadtest.generator;

import java.util.Arrays;
import org.HdrHistogram.Histogram;

/** Judges one answer as its body comes. The first thing that is wrong counts. */
interface AnswerCheck {
    /**
     * Takes a piece of the body.
     *
     * @param now when it came, by the run's clock
     */
    void take(byte[] piece, int start, int end, long now) throws WrongAnswerException;

    /** The body has ended in order. */
    void end() throws WrongAnswerException;

    /** Content events of a stream, or what usage says of others. */
    int tokens();

    /** When the first content came; 0 for what is no stream. */
    default long firstContentAt() {
        return 0;
    }

    /** Where the gaps between content go, and the largest of them. */
    default Gaps gaps() {
        return Gaps.NONE;
    }

    /** Times between content events, in ns: run-length coded, since content that comes in one piece has none between. */
    final class Gaps {
        /** Of what is no stream. */
        static final Gaps NONE = new Gaps(0);

        private long[] nanos;
        private int count;
        private long zeros;
        private long largest;

        Gaps(int capacity) {
            nanos = new long[capacity];
        }

        void add(long gap) {
            if (gap == 0) {
                zeros++;
                return;
            }
            if (count == nanos.length) {
                nanos = Arrays.copyOf(nanos, Math.max(8, 2 * count));
            }
            nanos[count++] = gap;
            largest = Math.max(largest, gap);
        }

        long largest() {
            return largest;
        }

        void recordIn(Histogram histogram) {
            if (zeros > 0) {
                histogram.recordValueWithCount(0, zeros);
            }
            for (int i = 0; i < count; i++) {
                histogram.recordValue(nanos[i]);
            }
        }
    }
}
