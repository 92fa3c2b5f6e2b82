package dev.penstock.loadtest.generator;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/** What one event loop counts. Written by its loop; read by others through {@link #second} only, until the run is over. */
final class Tally {
    private static final long HIGHEST_NANOS = TimeUnit.HOURS.toNanos(1);
    private static final int DIGITS = 3;

    private static final int RIGHT = 0;
    private static final int FAILED = 1;
    private static final int IN_FLIGHT = 2;

    private final Map<Kind, Counts> kinds = new EnumMap<>(Kind.class);
    private final Histogram sendLag = histogram();
    private final SingleWriterRecorder endToEnd = new SingleWriterRecorder(HIGHEST_NANOS, 2);
    private final AtomicLongArray running = new AtomicLongArray(3);

    private static final class Counts {
        private long sent;
        private long right;
        private long good;
        private long tokens;
        private long bodyBytes;
        private final Map<Failure, Long> failures = new EnumMap<>(Failure.class);
        private final Histogram endToEnd = histogram();
        private final Histogram timeToFirstToken = histogram();
        private final Histogram interToken = histogram();
        private final Map<Remembered, Histogram> remembered = new EnumMap<>(Remembered.class);

        private LoadResult.KindResult result() {
            return new LoadResult.KindResult(
                    sent, right, good, failures, tokens, bodyBytes, endToEnd, timeToFirstToken, interToken, remembered);
        }
    }

    static Histogram histogram() {
        return new Histogram(HIGHEST_NANOS, DIGITS);
    }

    /** A request is due. */
    void due() {
        running.lazySet(IN_FLIGHT, running.getPlain(IN_FLIGHT) + 1);
    }

    /** A request has been written, so long after it was due. */
    void written(boolean counts, long lagNanos) {
        if (counts) {
            sendLag.recordValue(bounded(lagNanos));
        }
    }

    /** An answer was right. */
    void right(boolean counts, Kind kind, Timing timing, long bodyBytes, AnswerCheck check, Slo slo) {
        over(RIGHT);
        endToEnd.recordValue(bounded(timing.endToEndNanos()));
        if (!counts) {
            return;
        }
        Counts of = of(kind);
        of.sent++;
        of.right++;
        of.tokens += check.tokens();
        of.bodyBytes += bodyBytes;
        of.endToEnd.recordValue(bounded(timing.endToEndNanos()));
        boolean good = timing.endToEndNanos() <= slo.endToEnd().toNanos();
        if (kind == Kind.STREAM) {
            of.timeToFirstToken.recordValue(bounded(timing.firstNanos()));
            check.gaps().recordIn(of.interToken);
            good &= timing.firstNanos() <= slo.timeToFirstToken().toNanos()
                    && check.gaps().largest() <= slo.interToken().toNanos();
        }
        if (timing.remembered() != Remembered.UNTOLD) {
            long told = kind == Kind.STREAM ? timing.firstNanos() : timing.endToEndNanos();
            of.remembered.computeIfAbsent(timing.remembered(), _ -> histogram()).recordValue(bounded(told));
        }
        if (good) {
            of.good++;
        }
    }

    /**
     * How long an answer took from the moment its request was due.
     *
     * @param endToEndNanos to its last byte
     * @param firstNanos to the first content of a stream
     * @param remembered what it says of memory
     */
    record Timing(long endToEndNanos, long firstNanos, Remembered remembered) {}

    /** A request has failed. */
    void failed(boolean counts, Kind kind, Failure failure) {
        over(FAILED);
        if (counts) {
            Counts of = of(kind);
            of.sent++;
            of.failures.merge(failure, 1L, Long::sum);
        }
    }

    private void over(int how) {
        running.lazySet(how, running.getPlain(how) + 1);
        running.lazySet(IN_FLIGHT, running.getPlain(IN_FLIGHT) - 1);
    }

    private Counts of(Kind kind) {
        return kinds.computeIfAbsent(kind, _ -> new Counts());
    }

    private static long bounded(long nanos) {
        return Math.clamp(nanos, 0, HIGHEST_NANOS);
    }

    long rightSoFar() {
        return running.get(RIGHT);
    }

    long failedSoFar() {
        return running.get(FAILED);
    }

    long inFlight() {
        return running.get(IN_FLIGHT);
    }

    /** End-to-end latency of right answers since the last call. */
    Histogram second() {
        return endToEnd.getIntervalHistogram();
    }

    /** All loops together; none of them runs any more. */
    static Map<Kind, LoadResult.KindResult> merged(Iterable<Tally> tallies) {
        Map<Kind, LoadResult.KindResult> merged = new EnumMap<>(Kind.class);
        for (Tally tally : tallies) {
            tally.kinds.forEach((kind, counts) -> merged.merge(kind, counts.result(), Tally::sum));
        }
        return merged;
    }

    static Histogram mergedLag(Iterable<Tally> tallies) {
        Histogram lag = histogram();
        tallies.forEach(tally -> lag.add(tally.sendLag));
        return lag;
    }

    private static LoadResult.KindResult sum(LoadResult.KindResult one, LoadResult.KindResult other) {
        Map<Failure, Long> failures = new EnumMap<>(Failure.class);
        failures.putAll(one.failures());
        other.failures().forEach((failure, count) -> failures.merge(failure, count, Long::sum));
        return new LoadResult.KindResult(
                one.sent() + other.sent(),
                one.right() + other.right(),
                one.good() + other.good(),
                failures,
                one.tokens() + other.tokens(),
                one.bodyBytes() + other.bodyBytes(),
                sum(one.endToEnd(), other.endToEnd()),
                sum(one.timeToFirstToken(), other.timeToFirstToken()),
                sum(one.interToken(), other.interToken()),
                sum(one.remembered(), other.remembered()));
    }

    private static Map<Remembered, Histogram> sum(Map<Remembered, Histogram> one, Map<Remembered, Histogram> other) {
        Map<Remembered, Histogram> sum = new EnumMap<>(Remembered.class);
        sum.putAll(one);
        other.forEach((told, latency) -> sum.merge(told, latency, Tally::sum));
        return sum;
    }

    private static Histogram sum(Histogram one, Histogram other) {
        Histogram sum = one.copy();
        sum.add(other);
        return sum;
    }
}
