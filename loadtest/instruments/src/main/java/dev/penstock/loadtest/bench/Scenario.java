package dev.penstock.loadtest.bench;

import dev.penstock.loadtest.generator.Arrivals;
import dev.penstock.loadtest.generator.Mix;
import java.time.Duration;

/**
 * One kind of load, the same for all targets.
 *
 * @param family its name, without the number of connections
 * @param id its name in reports and as {@code --scenario}; that of its family where it is the only one
 * @param description what it is, in a line
 * @param pace of the mock
 * @param arrivals when requests are sent
 * @param mix chats or streams
 * @param bodyBytes of a request
 * @param tokens of an answer
 * @param connections at most; exactly so many when saturating
 * @param ramp what it takes until as many streams are under way as will be; 0 where any warm-up will do
 */
public record Scenario(
        String family,
        String id,
        String description,
        MockPace pace,
        Arrivals arrivals,
        Mix mix,
        int bodyBytes,
        int tokens,
        int connections,
        Duration ramp) {
    private static final int WARM_UP_CONNECTIONS = 64;

    /** Whether it asks as fast as answers come, so that requests/s tell targets apart. */
    public boolean saturating() {
        return arrivals instanceof Arrivals.Saturating;
    }

    /** Whether its answers are streams. */
    public boolean streams() {
        return mix.stream() > 0;
    }

    /** Whether it is there to hold many streams at once; then the time to the first token is its latency. */
    public boolean holds() {
        return !ramp.isZero();
    }

    /**
     * What to warm up with: itself, but where streams are slow the same in short ones, since code gets quick by being run
     * and not by waiting.
     */
    Scenario warmingUp() {
        return holds()
                ? new Scenario(
                        family,
                        id,
                        description,
                        pace,
                        new Arrivals.Saturating(),
                        mix,
                        bodyBytes,
                        1,
                        WARM_UP_CONNECTIONS,
                        Duration.ZERO)
                : this;
    }

    /** What its latency is from and to. */
    String latency() {
        return holds() ? "time to first token" : "end to end";
    }
}
