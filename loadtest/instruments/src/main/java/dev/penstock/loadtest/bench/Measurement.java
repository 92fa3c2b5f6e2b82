package dev.penstock.loadtest.bench;

import dev.penstock.loadtest.generator.Failure;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What one target did under one scenario in one round.
 *
 * @param scenario its id
 * @param target its name
 * @param round from 0
 * @param rightPerSecond right answers
 * @param p50Nanos median latency of right answers, as the scenario has it
 * @param p99Nanos its 99th percentile
 * @param p999Nanos its 99.9th percentile
 * @param cpuSecondsPer10k CPU time of the target's processes for 10,000 requests
 * @param residentBytes memory of the target's processes at the end; while streams are held where they are
 * @param failed requests, the warm-up's included
 * @param failures those of the measured time by class
 */
public record Measurement(
        String scenario,
        String target,
        int round,
        double rightPerSecond,
        OptionalDouble p50Nanos,
        OptionalDouble p99Nanos,
        OptionalDouble p999Nanos,
        OptionalDouble cpuSecondsPer10k,
        OptionalDouble residentBytes,
        long failed,
        Map<Failure, Long> failures) {}
