package dev.penstock.gateway.config;

import dev.penstock.runtime.config.Default;
import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Range;
import java.time.Duration;

/** How workers are judged. */
@Doc("How this gateway judges workers, announced ones and upstreams alike. A refused connection ejects at once.")
public record HealthConfig(
        @Doc("Between two probes of one worker.") @Default("500ms") @Range(min = "50ms", max = "10m")
        Duration probeInterval,

        @Doc("For a probe's answer.") @Default("1s") @Range(min = "10ms", max = "1m")
        Duration probeTimeout,

        @Doc("Failed probes in a row until a worker is ejected.") @Default("2") @Range(min = "1", max = "100")
        int probeFailures,

        @Doc("Failed requests in a row until a worker is ejected. A 429 is load, not a failure.")
        @Default("5")
        @Range(min = "1", max = "1000")
        int requestFailures,

        @Doc("The first ejection lasts about this long; each further one twice as long.")
        @Default("5s")
        @Range(min = "10ms", max = "1h")
        Duration ejection,

        @Doc("The longest ejection.") @Default("5m") @Range(min = "10ms", max = "24h")
        Duration maxEjection) {
    public HealthConfig {
        if (maxEjection.compareTo(ejection) < 0) {
            throw new IllegalArgumentException("max-ejection: below ejection (expected: at least as long)");
        }
    }
}
