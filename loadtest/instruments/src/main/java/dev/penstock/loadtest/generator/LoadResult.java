package dev.penstock.loadtest.generator;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What came of a run, its warm-up left out.
 *
 * @param elapsed from the end of the warm-up to the last moment that a request was due; for a saturating run the time
 *     within which answers were counted
 * @param kinds what came of the requests of each kind; kinds that were not asked for are absent
 * @param sendLag how late requests were written, after the moment they were due, in ns; large values say that the
 *     generator or its connections were the limit
 * @param seconds answers in each second from the start of the run, its warm-up included
 */
public record LoadResult(Duration elapsed, Map<Kind, KindResult> kinds, Histogram sendLag, List<Second> seconds) {
    /**
     * Requests of a kind. All histograms are of right answers, in ns.
     *
     * @param sent how many were due
     * @param right how many were answered, and rightly
     * @param good how many of those kept the SLO
     * @param failures how many failed, by class
     * @param tokens content events of streams, or what usage says of others, in right answers
     * @param bodyBytes bytes of right answers' bodies
     * @param endToEnd from the moment due to the last byte
     * @param timeToFirstToken from the moment due to the first content; streams only
     * @param interToken gaps between the arrivals of a stream's content; streams only
     * @param remembered latency by what answers say of memory, where they say something: to the first content of a
     *     stream, to the last byte of others
     */
    public record KindResult(
            long sent,
            long right,
            long good,
            Map<Failure, Long> failures,
            long tokens,
            long bodyBytes,
            Histogram endToEnd,
            Histogram timeToFirstToken,
            Histogram interToken,
            Map<Remembered, Histogram> remembered) {
        /** Of answers that say nothing of memory. */
        public KindResult(
                long sent,
                long right,
                long good,
                Map<Failure, Long> failures,
                long tokens,
                long bodyBytes,
                Histogram endToEnd,
                Histogram timeToFirstToken,
                Histogram interToken) {
            this(sent, right, good, failures, tokens, bodyBytes, endToEnd, timeToFirstToken, interToken, Map.of());
        }

        /** Requests that failed. */
        public long failed() {
            return failures.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    /** A second of the run, counted when answers end. */
    public record Second(long right, long failed, long p50Nanos, long p99Nanos) {}

    /** Right answers of all kinds per second. */
    public double rightPerSecond() {
        return perSecond(kinds.values().stream().mapToLong(KindResult::right).sum());
    }

    /** Right answers of all kinds that kept the SLO, per second. */
    public double goodput() {
        return perSecond(kinds.values().stream().mapToLong(KindResult::good).sum());
    }

    /** Failed requests of all kinds. */
    public long failed() {
        return kinds.values().stream().mapToLong(KindResult::failed).sum();
    }

    private double perSecond(long count) {
        return count / Math.max(1e-9, elapsed.toNanos() / 1e9);
    }
}
