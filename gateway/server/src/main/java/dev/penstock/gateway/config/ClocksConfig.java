package dev.penstock.gateway.config;

import dev.penstock.runtime.config.Default;
import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Range;
import java.time.Duration;

/** How long everything may take. */
@Doc(
        "How long everything may take. A clock that runs out ends the attempt; before the first content byte the next worker is tried.")
public record ClocksConfig(
        @Doc("To connect to a worker.") @Default("1s") @Range(min = "10ms", max = "1m")
        Duration connect,

        @Doc("From sending a request to a worker until its first content.")
        @Default("1m")
        @Range(min = "10ms", max = "1h")
        Duration firstToken,

        @Doc("Between two pieces of a stream.") @Default("20s") @Range(min = "10ms", max = "1h")
        Duration interToken,

        @Doc("From receiving a request until its end, all attempts and waits together.")
        @Default("10m")
        @Range(min = "10ms", max = "24h")
        Duration deadline,

        @Doc("For room at a worker; beyond it 503 with `retry-after`.") @Default("10s") @Range(min = "0ms", max = "10m")
        Duration queueWait,

        @Doc("That a client may leave a stream unread before it is broken off.")
        @Default("1m")
        @Range(min = "100ms", max = "1h")
        Duration writeStall,

        @Doc(
                "Once the process is told to stop and `/health/ready` says so: how long new connections are still served, so that load balancers hear of it before anybody is refused. At least the interval of their checks. Skipped where nobody has asked `/health/ready` lately.")
        @Default("3s")
        @Range(min = "0ms", max = "10m")
        Duration drainNotice,

        @Doc("For running requests when the process is told to stop, after `drain-notice`; then they are broken off.")
        @Default("30s")
        @Range(min = "0ms", max = "1h")
        Duration drain) {
    public ClocksConfig {
        if (deadline.compareTo(firstToken) < 0) {
            throw new IllegalArgumentException(
                    "deadline: below first-token (expected: at least first-token, " + firstToken.toMillis() + "ms)");
        }
    }
}
