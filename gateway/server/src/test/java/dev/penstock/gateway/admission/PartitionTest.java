package dev.penstock.gateway.admission;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.gateway.config.LimitConfig;
import dev.penstock.gateway.config.LimitMode;
import dev.penstock.gateway.tenancy.ManualClock;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Three gateways, of which the third is cut off for a while. That is noticed late, the bucket may lie on either side, and
 * what the other side has of it is a copy from before. On a clock of its own, from seeds.
 */
final class PartitionTest {
    private static final long PER_MINUTE = 600;
    private static final double CUT = 30;
    private static final double HEALED = 150;
    private static final double END = 200;

    private final ManualClock clock = new ManualClock(Instant.EPOCH);
    private final List<Bucket> sides = new ArrayList<>();
    private double seconds;
    private double noticed;
    private boolean lonelyOwns;

    private boolean cut() {
        return seconds >= CUT && seconds < HEALED;
    }

    private boolean split() {
        return seconds >= noticed && seconds < HEALED;
    }

    /** The cluster, as one of the gateways sees it. */
    private final class View implements SharedLimits {
        private final boolean lonely;

        View(boolean lonely) {
            this.lonely = lonely;
        }

        @Override
        public int gateways() {
            return split() ? lonely ? 1 : 2 : 3;
        }

        @Override
        public int known() {
            return 3;
        }

        @Override
        public boolean stale(String bucket) {
            return split() && lonely != lonelyOwns;
        }

        private Future<Bucket> bucket() {
            if (!cut()) {
                return Future.succeededFuture(sides.getFirst());
            }
            if (lonely == lonelyOwns) {
                return Future.succeededFuture(sides.getFirst());
            }
            return split() ? Future.succeededFuture(sides.getLast()) : Future.failedFuture("no answer");
        }

        @Override
        public Future<ConsumptionProbe> take(String name, Rate rate, long tokens, long initial) {
            return bucket().map(bucket -> bucket.tryConsumeAndReturnRemaining(tokens));
        }

        @Override
        public Future<Void> giveBack(String name, Rate rate, long tokens) {
            return bucket().map(bucket -> {
                bucket.addTokens(tokens);
                return null;
            });
        }

        @Override
        public Future<Void> debit(String name, Rate rate, long tokens) {
            return bucket().map(bucket -> {
                bucket.consumeIgnoringRateLimits(tokens);
                return null;
            });
        }

        @Override
        public Future<Held> claim(String limit, long most, long used, long wanted, Duration lease) {
            return Future.failedFuture("not asked");
        }
    }

    /**
     * Of {@code C + rT} no more than 5 % too much at any moment. {@code load} is what is asked for, in multiples of the
     * rate; before the cut nothing is, so that the bucket is full then, or as much.
     */
    @ParameterizedTest
    @CsvSource({
        "EXACT, 3, 0, false, false, 1",
        "EXACT, 3, 15, false, false, 2",
        "EXACT, 3, 15, true, false, 3",
        "EXACT, 3, 15, true, true, 4",
        "EXACT, 30, 15, false, true, 5",
        "EXACT, 30, 15, true, true, 6",
        "LEASED, 3, 0, false, false, 7",
        "LEASED, 3, 15, true, false, 8",
        "LEASED, 3, 15, false, true, 9",
        "LEASED, 30, 15, true, true, 10",
        "LEASED, 30, 2, false, true, 11",
    })
    void bothSidesTogetherKeepTheLimit(
            LimitMode mode, double load, double late, boolean lonelyHasIt, boolean idleBefore, long seed) {
        noticed = CUT + late;
        lonelyOwns = lonelyHasIt;
        Limit limit = new Limit(Limit.Level.KEY, "k", LimitConfig.ofRequests(PER_MINUTE, Duration.ofMinutes(1), mode));
        sides.add(bucket(limit, PER_MINUTE));
        List<SharedBucket> gateways = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            gateways.add(new SharedBucket(limit, new View(i == 2), clock));
        }
        SplittableRandom random = new SplittableRandom(seed);
        double rate = PER_MINUTE / 60.0;
        long[] admitted = {0};
        double ticked = 0;
        while (seconds < END) {
            double gap = -Math.log(1 - random.nextDouble()) / (load * rate);
            seconds += gap;
            clock.advance(Duration.ofNanos(Math.round(gap * 1e9)));
            if (cut() && sides.size() == 1) {
                sides.add(bucket(limit, sides.getFirst().getAvailableTokens()));
            }
            if (!idleBefore || seconds >= CUT) {
                gateways.get(random.nextInt(3)).take(1).onSuccess(probe -> admitted[0] += probe.isConsumed() ? 1 : 0);
            }
            if (seconds - ticked > 0.5) {
                gateways.forEach(SharedBucket::tick);
                ticked = seconds;
            }
            double allowed = PER_MINUTE + rate * (idleBefore ? Math.max(0, seconds - CUT) : seconds);
            assertTrue(
                    admitted[0] <= 1.05 * allowed,
                    "seed " + seed + ": " + admitted[0] + " of " + allowed + " after " + seconds + " s");
        }
        double could = PER_MINUTE + rate * (idleBefore ? END - CUT : END);
        assertTrue(admitted[0] > 0.6 * could, "seed " + seed + ": " + admitted[0] + " of " + could);
    }

    private Bucket bucket(Limit limit, long initial) {
        return Bucket.builder()
                .addLimit(Rate.of(limit.config()).bandwidth(initial))
                .withCustomTimePrecision(clock)
                .build();
    }
}
