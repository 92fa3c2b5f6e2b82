package dev.penstock.loadtest.simulation.engine;

import dev.penstock.loadtest.simulation.clock.VirtualClock;
import java.util.SplittableRandom;

/**
 * How a paid API feels: times that are drawn and do not depend on how much is asked of it, up to its rate limit.
 *
 * @param firstTokenSeconds its median for a short prompt
 * @param prefillPerToken seconds that each token of the prompt adds to it
 * @param perToken seconds from token to token, on the median
 * @param spread of both, the standard deviation of their logarithm, 0 for none
 * @param requestsPerMinute its limit; 0 for none
 */
public record ApiShape(
        double firstTokenSeconds, double prefillPerToken, double perToken, double spread, int requestsPerMinute)
        implements Shape {
    public ApiShape {
        if (!(firstTokenSeconds >= 0) || !(prefillPerToken >= 0) || !(perToken >= 0) || !(spread >= 0)) {
            throw new IllegalArgumentException("api: " + firstTokenSeconds + " s, " + prefillPerToken + " s/token, "
                    + perToken + " s/token, spread " + spread + " (expected: each >= 0)");
        }
        if (requestsPerMinute < 0) {
            throw new IllegalArgumentException(
                    "requests-per-minute: " + requestsPerMinute + " (expected: >= 0; 0 is no limit)");
        }
    }

    @Override
    public Engine engine(VirtualClock clock, SplittableRandom random) {
        return new ApiEngine(clock, this, random);
    }
}
