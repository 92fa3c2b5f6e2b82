package dev.penstock.gateway.config;

import dev.penstock.runtime.config.Default;
import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Range;
import java.time.Duration;

/** How workers are judged. */
@Doc("""
        How this gateway judges workers, announced ones and upstreams alike. A refused or broken connection stops requests
        to a worker until a probe succeeds; failing answers eject it for a time, after which one request tries it.""")
public record HealthConfig(
        @Doc("Between two probes of one worker.") @Default("500ms") @Range(min = "50ms", max = "10m")
        Duration probeInterval,

        @Doc("How long a probe's answer may take.") @Default("700ms") @Range(min = "10ms", max = "1m")
        Duration probeTimeout,

        @Doc("Failed requests in a row that eject a worker. A 429 or a 503 that says busy is load, not a failure.")
        @Default("5")
        @Range(min = "1", max = "1000")
        int failuresInRow,

        @Doc("The success rate below which a worker is ejected; 0 never does.")
        @Default("0.8")
        @Range(min = "0", max = "1")
        double minSuccessRate,

        @Doc("The time over which the success rate is taken.") @Default("30s") @Range(min = "1s", max = "1h")
        Duration window,

        @Doc("Requests in the window below which the rate says nothing.")
        @Default("50")
        @Range(min = "1", max = "1000000")
        int minRequests,

        @Doc("The first ejection lasts about this long; each further one twice as long.")
        @Default("5s")
        @Range(min = "10ms", max = "1h")
        Duration minEjection,

        @Doc("The longest ejection.") @Default("5m") @Range(min = "10ms", max = "24h")
        Duration maxEjection) {
    public HealthConfig {
        if (maxEjection.compareTo(minEjection) < 0) {
            throw new IllegalArgumentException("max-ejection: below min-ejection (expected: at least as long)");
        }
    }
}
