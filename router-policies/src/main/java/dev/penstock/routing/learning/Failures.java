package dev.penstock.routing.learning;

/**
 * How often tries fail, and how long those took. Counts decay by e with each {@link #CONSTANT_NANOS}. Not thread safe.
 *
 * <pre>
 * p    = failed / (succeeded + failed + PRIOR)
 * odds = p / (1 - p) = failed / (succeeded + PRIOR), at most MOST_ODDS
 * </pre>
 *
 * <p>The expected number of tries that fail before one succeeds is p / (1 - p), where each fails with probability p. Who was
 * never seen to fail is taken never to; one failure of one try is not yet taken for half.
 *
 * <p>This is a cost, and not a judgement: whoever fails so much that it is better left alone is ejected
 * ({@link dev.penstock.routing.limit.FailureAccrual}) and not scored at all. It tells the one that fails every tenth from the
 * one that does not, and lets one that comes back from an ejection have requests little by little.
 */
final class Failures {
    /** As good as that many successes, before anything was seen. */
    static final double PRIOR = 4;

    /** Nine tries of ten that fail. */
    static final double MOST_ODDS = 9;

    private static final double CONSTANT_NANOS = 60e9;

    private double succeeded;
    private double failed;
    private double failedSeconds;
    private long atNanos;

    void succeeded(long nowNanos) {
        at(nowNanos);
        succeeded++;
    }

    /**
     * Counts a try that failed.
     *
     * @param seconds it took, at least 0
     */
    void failed(double seconds, long nowNanos) {
        at(nowNanos);
        failed++;
        failedSeconds += Math.max(0, seconds);
    }

    /** As time goes by. */
    void at(long nowNanos) {
        double kept = Math.exp(-Math.max(0, (double) (nowNanos - atNanos)) / CONSTANT_NANOS);
        succeeded *= kept;
        failed *= kept;
        failedSeconds *= kept;
        atNanos = nowNanos;
    }

    /** Another run of the worker has begun. */
    void forget() {
        succeeded = 0;
        failed = 0;
        failedSeconds = 0;
    }

    /** How many tries fail for each that succeeds, from 0 to {@link #MOST_ODDS}. */
    double odds() {
        return Math.min(MOST_ODDS, failed / (succeeded + PRIOR));
    }

    /** What a try that failed took on average, seconds; 0 where none did. */
    double seconds() {
        return failed > 0 ? failedSeconds / failed : 0;
    }
}
