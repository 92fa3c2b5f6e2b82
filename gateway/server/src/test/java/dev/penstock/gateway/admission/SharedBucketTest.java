package dev.penstock.gateway.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.gateway.config.LimitConfig;
import dev.penstock.gateway.config.LimitMode;
import dev.penstock.gateway.tenancy.ManualClock;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SharedBucketTest {
    private static final long PER_MINUTE = 600;

    private final ManualClock clock = new ManualClock(Instant.EPOCH);

    private static Limit requests(long amount, Duration per, LimitMode mode) {
        return new Limit(Limit.Level.KEY, "k", LimitConfig.ofRequests(amount, per, mode));
    }

    private static Limit leased() {
        return requests(PER_MINUTE, Duration.ofMinutes(1), LimitMode.LEASED);
    }

    /** A cluster of one bucket, that may be away, and may answer late. */
    private final class Cluster implements SharedLimits {
        final Bucket bucket;
        final int gateways;
        int known;
        int asked;
        boolean away;
        boolean late;
        final Queue<Runnable> answers = new ArrayDeque<>();

        Cluster(Limit limit, int gateways) {
            this(limit, gateways, limit.capacity());
        }

        Cluster(Limit limit, int gateways, long initial) {
            this.gateways = gateways;
            this.known = gateways;
            this.bucket = Bucket.builder()
                    .addLimit(Rate.of(limit.config()).bandwidth(initial))
                    .withCustomTimePrecision(clock)
                    .build();
        }

        @Override
        public int gateways() {
            return gateways;
        }

        @Override
        public int known() {
            return known;
        }

        @Override
        public Future<ConsumptionProbe> take(String name, Rate rate, long tokens, long initial) {
            asked++;
            if (away) {
                return Future.failedFuture("away");
            }
            ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(tokens);
            if (!late) {
                return Future.succeededFuture(probe);
            }
            Promise<ConsumptionProbe> promise = Promise.promise();
            answers.add(() -> promise.complete(probe));
            return promise.future();
        }

        @Override
        public Future<Void> giveBack(String name, Rate rate, long tokens) {
            bucket.addTokens(tokens);
            return Future.succeededFuture();
        }

        @Override
        public Future<Void> debit(String name, Rate rate, long tokens) {
            if (away) {
                return Future.failedFuture("away");
            }
            bucket.consumeIgnoringRateLimits(tokens);
            return Future.succeededFuture();
        }

        @Override
        public Future<Held> claim(String limit, long most, long used, long wanted, Duration lease) {
            return Future.failedFuture("not asked");
        }

        /** All answers but the youngest come, so that some requests run while others wait. */
        void answerOld() {
            while (answers.size() > 1) {
                answers.remove().run();
            }
        }
    }

    private List<SharedBucket> gateways(Cluster cluster, Limit limit) {
        List<SharedBucket> all = new ArrayList<>();
        for (int i = 0; i < cluster.gateways; i++) {
            all.add(new SharedBucket(limit, cluster, clock));
        }
        return all;
    }

    /**
     * Poisson arrivals of twice the rate at three gateways, for two minutes, each of one to {@code most} tokens: of the
     * {@code C + rT} that one bucket would admit, never more, and at least 95 in 100.
     */
    @ParameterizedTest
    @CsvSource({
        "LEASED, 1, 1, 1, false, 1",
        "LEASED, 8, 1, 1, false, 1",
        "LEASED, 1, 0, 0, false, 1",
        "LEASED, 1, 1, 1, true, 1",
        "LEASED, 8, 1, 1, true, 1",
        "EXACT, 8, 1, 1, false, 1",
        "LEASED, 1, 1, 1, false, 2000",
        "LEASED, 8, 1, 1, true, 2000",
        "LEASED, 1, 0, 0, true, 2000",
        "EXACT, 8, 1, 1, true, 2000",
    })
    void allTogetherAdmitWhatOneBucketWould(LimitMode mode, int first, int second, int third, boolean late, int most) {
        long capacity = PER_MINUTE * (most + 1L) / 2;
        Limit limit = requests(capacity, Duration.ofMinutes(1), mode);
        Cluster cluster = new Cluster(limit, 3);
        cluster.late = late;
        List<SharedBucket> gateways = gateways(cluster, limit);
        SplittableRandom random = new SplittableRandom(5);
        long[] admitted = {0};
        int weights = first + second + third;
        double seconds = 0;
        double ticked = 0;
        while (seconds < 120) {
            double gap = -Math.log(1 - random.nextDouble()) / 20;
            seconds += gap;
            clock.advance(Duration.ofNanos(Math.round(gap * 1e9)));
            int drawn = random.nextInt(weights);
            SharedBucket gateway = gateways.get(drawn < first ? 0 : drawn < first + second ? 1 : 2);
            long amount = 1L + random.nextInt(most);
            gateway.take(amount).onSuccess(probe -> admitted[0] += probe.isConsumed() ? amount : 0);
            cluster.answerOld();
            if (seconds - ticked > 0.5) {
                gateways.forEach(SharedBucket::tick);
                ticked = seconds;
            }
        }
        cluster.answers.forEach(Runnable::run);
        double allowed = capacity + capacity / 60.0 * seconds;
        assertTrue(admitted[0] <= allowed, admitted[0] + " of " + allowed);
        assertTrue(admitted[0] >= 0.95 * allowed, admitted[0] + " of " + allowed);
    }

    @Test
    void whileThereIsPlentyRequestsAskNobody() {
        Limit limit = requests(1_000_000, Duration.ofMinutes(1), LimitMode.LEASED);
        Cluster cluster = new Cluster(limit, 3);
        SharedBucket gateway = gateways(cluster, limit).getFirst();
        for (int i = 0; i < 10_000; i++) {
            clock.advance(Duration.ofMillis(1));
            assertTrue(gateway.take(1).result().isConsumed());
        }
        assertTrue(cluster.asked < 10_000 / 20, "asked " + cluster.asked);
    }

    @Test
    void whatIsNotNeededGoesBack() {
        Cluster cluster = new Cluster(leased(), 2);
        SharedBucket gateway = gateways(cluster, leased()).getFirst();
        for (int i = 0; i < 100; i++) {
            clock.advance(Duration.ofMillis(1));
            gateway.take(1);
        }
        long left = cluster.bucket.getAvailableTokens();
        assertTrue(left < 500, "some are taken ahead: " + left);
        gateway.tick();
        assertEquals(left, cluster.bucket.getAvailableTokens(), "not while requests come");
        clock.advance(TokenLease.IDLE);
        gateway.tick();
        assertTrue(
                cluster.bucket.getAvailableTokens() >= 500,
                "all but the hundred: " + cluster.bucket.getAvailableTokens());
    }

    @Test
    void closingGivesAllBack() {
        Limit limit = requests(600, Duration.ofDays(31), LimitMode.LEASED);
        Cluster cluster = new Cluster(limit, 2);
        SharedBucket gateway = gateways(cluster, limit).getFirst();
        for (int i = 0; i < 100; i++) {
            clock.advance(Duration.ofMillis(1));
            gateway.take(1);
        }
        gateway.close();
        assertEquals(500, cluster.bucket.getAvailableTokens());
    }

    /** Emptied elsewhere it may have been by then: what they begin with is a twentieth at most, all together. */
    @Test
    void withoutTheClusterEachHasItsShare() {
        Limit limit = requests(1_200, Duration.ofMinutes(1), LimitMode.EXACT);
        Cluster cluster = new Cluster(limit, 3);
        cluster.away = true;
        List<SharedBucket> gateways = gateways(cluster, limit);
        assertEquals(90, admitted(gateways, 100), "30 each: two others may go by themselves at once");
        clock.advance(Duration.ofSeconds(10));
        assertEquals(0, admitted(gateways, 100), "whoever has it may have the whole rate");
        cluster.known = 4;
        admitted(gateways, 1);
        clock.advance(Duration.ofSeconds(10));
        assertEquals(150, admitted(gateways, 100), "a quarter of the rate each, when one is known to be out of sight");
    }

    private static int admitted(List<SharedBucket> gateways, int asked) {
        int admitted = 0;
        for (SharedBucket gateway : gateways) {
            for (int i = 0; i < asked; i++) {
                admitted += gateway.take(1).result().isConsumed() ? 1 : 0;
            }
        }
        return admitted;
    }

    @Test
    void whatWasAdmittedWithoutTheClusterIsChargedLater() {
        Limit limit = requests(1_200, Duration.ofDays(31), LimitMode.EXACT);
        Cluster cluster = new Cluster(limit, 3);
        SharedBucket gateway = gateways(cluster, limit).getFirst();
        cluster.away = true;
        assertEquals(30, admitted(List.of(gateway), 100));
        gateway.debit(5);
        cluster.away = false;
        clock.advance(Duration.ofSeconds(2));
        assertEquals(1, admitted(List.of(gateway), 1));
        assertEquals(1_200 - 30 - 5 - 1, cluster.bucket.getAvailableTokens());
    }

    @Test
    void whatWasUsedBeyondIsOwed() {
        Limit limit = requests(600, Duration.ofMinutes(1), LimitMode.LEASED);
        Cluster cluster = new Cluster(limit, 2);
        SharedBucket gateway = gateways(cluster, limit).getFirst();
        assertTrue(gateway.take(500).result().isConsumed());
        gateway.debit(300);
        ConsumptionProbe refused = gateway.take(10).result();
        assertFalse(refused.isConsumed());
        assertEquals(Duration.ofSeconds(21).toNanos(), refused.getNanosToWaitForRefill(), "210 at 10 a second");
        assertEquals(refused.getNanosToWaitForRefill(), gateway.waitNanos(10));
        clock.advance(Duration.ofSeconds(21));
        assertTrue(gateway.take(10).result().isConsumed());
    }

    @Test
    void aFloodBeyondTheLimitIsNotOneUponTheCluster() {
        Limit limit = requests(1, Duration.ofMinutes(1), LimitMode.LEASED);
        Cluster cluster = new Cluster(limit, 3);
        SharedBucket gateway = gateways(cluster, limit).getFirst();
        assertTrue(gateway.take(1).result().isConsumed());
        for (int i = 0; i < 1_000; i++) {
            clock.advance(Duration.ofNanos(100_000));
            assertFalse(gateway.take(1).result().isConsumed());
        }
        assertTrue(cluster.asked <= 22, "asked " + cluster.asked);
    }
}
