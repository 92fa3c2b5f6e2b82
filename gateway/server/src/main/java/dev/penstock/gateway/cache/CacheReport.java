package dev.penstock.gateway.cache;

import java.time.Instant;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What this gateway's memory holds, did and would have done since it started.
 *
 * @param bytes of the heap, about
 * @param maxFalseHitRate what may be wrong of what is served by meaning; empty where nothing is looked up so
 * @param mode {@code off}, {@code shadow} or {@code serve}
 */
public record CacheReport(
        Instant since, long entries, long bytes, String mode, OptionalDouble maxFalseHitRate, List<Line> lines) {
    public CacheReport {
        lines = List.copyOf(lines);
    }

    /**
     * Of one tenant and model; both empty where there were too many to be told apart.
     *
     * @param exact answered by the very same request
     * @param semantic answered by meaning
     * @param missed answered by workers
     * @param would of those that were looked up by meaning, how many it found an answer for, served or not
     * @param checked how many of those were compared with a worker's answer
     * @param wrong how many of them differed
     * @param wrongAtLeast of what it would answer, with a confidence of 95 %
     * @param wrongAtMost likewise
     * @param threshold the least probability that is served; empty where nothing is
     * @param savedNanoUsd by what was served, in billionths of a dollar
     * @param wouldSaveNanoUsd by what was found by meaning, served or not
     */
    public record Line(
            String tenant,
            String model,
            long exact,
            long semantic,
            long missed,
            long would,
            long checked,
            long wrong,
            double wrongAtLeast,
            double wrongAtMost,
            OptionalDouble threshold,
            long savedNanoUsd,
            long savedTokens,
            long wouldSaveNanoUsd,
            long wouldSaveTokens) {}
}
