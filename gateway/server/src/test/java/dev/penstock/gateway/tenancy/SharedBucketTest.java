package dev.penstock.gateway.tenancy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.gateway.config.LimitMode;
import io.github.bucket4j.Bandwidth;
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
    private static final Rate LEASED = new Rate(600, Duration.ofMinutes(1), LimitMode.LEASED);

    private final ManualClock clock = new ManualClock(Instant.EPOCH);

    /** A cluster of one bucket, that may be away, and may answer late. */
    private final class Cluster implements SharedBuckets {
        final Bucket bucket;
        final int gateways;
        int asked;
        boolean away;
        boolean late;
        final Queue<Runnable> answers = new ArrayDeque<>();

        Cluster(Rate rate, int gateways) {
            this.gateways = gateways;
            this.bucket = Bucket.builder()
                    .addLimit(Bandwidth.builder()
                            .capacity(rate.requests())
                            .refillGreedy(rate.requests(), rate.per())
                            .build())
                    .withCustomTimePrecision(clock)
                    .build();
        }

        @Override
        public int gateways() {
            return gateways;
        }

        @Override
        public Future<ConsumptionProbe> take(String name, Rate rate, long tokens) {
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

        /** All answers but the youngest come, so that some requests run while others wait. */
        void answerOld() {
            while (answers.size() > 1) {
                answers.remove().run();
            }
        }
    }

    private List<SharedBucket> gateways(Cluster cluster, Rate rate) {
        List<SharedBucket> all = new ArrayList<>();
        for (int i = 0; i < cluster.gateways; i++) {
            all.add(new SharedBucket("b", rate, cluster, clock));
        }
        return all;
    }

    /**
     * Poisson arrivals of twice the rate at three gateways, for two minutes: of the {@code C + rT} that one bucket would
     * admit, never more, and at least 95 in 100.
     */
    @ParameterizedTest
    @CsvSource({
        "LEASED, 1, 1, 1, false",
        "LEASED, 8, 1, 1, false",
        "LEASED, 1, 0, 0, false",
        "LEASED, 1, 1, 1, true",
        "LEASED, 8, 1, 1, true",
        "EXACT, 8, 1, 1, false",
    })
    void allTogetherAdmitWhatOneBucketWould(LimitMode mode, int first, int second, int third, boolean late) {
        Rate rate = new Rate(600, Duration.ofMinutes(1), mode);
        Cluster cluster = new Cluster(rate, 3);
        cluster.late = late;
        List<SharedBucket> gateways = gateways(cluster, rate);
        SplittableRandom random = new SplittableRandom(5);
        int[] admitted = {0};
        int weights = first + second + third;
        double seconds = 0;
        double ticked = 0;
        while (seconds < 120) {
            double gap = -Math.log(1 - random.nextDouble()) / 20;
            seconds += gap;
            clock.advance(Duration.ofNanos(Math.round(gap * 1e9)));
            int drawn = random.nextInt(weights);
            SharedBucket gateway = gateways.get(drawn < first ? 0 : drawn < first + second ? 1 : 2);
            gateway.take().onSuccess(probe -> admitted[0] += probe.isConsumed() ? 1 : 0);
            cluster.answerOld();
            if (seconds - ticked > 0.5) {
                gateways.forEach(SharedBucket::tick);
                ticked = seconds;
            }
        }
        cluster.answers.forEach(Runnable::run);
        double most = 600 + 10 * seconds;
        assertTrue(admitted[0] <= most, admitted[0] + " of " + most);
        assertTrue(admitted[0] >= 0.95 * most, admitted[0] + " of " + most);
    }

    @Test
    void whileThereIsPlentyRequestsAskNobody() {
        Rate rate = new Rate(1_000_000, Duration.ofMinutes(1), LimitMode.LEASED);
        Cluster cluster = new Cluster(rate, 3);
        SharedBucket gateway = gateways(cluster, rate).getFirst();
        for (int i = 0; i < 10_000; i++) {
            clock.advance(Duration.ofMillis(1));
            assertTrue(gateway.take().result().isConsumed());
        }
        assertTrue(cluster.asked < 10_000 / 20, "asked " + cluster.asked);
    }

    @Test
    void whatIsNotNeededGoesBack() {
        Cluster cluster = new Cluster(LEASED, 2);
        SharedBucket gateway = gateways(cluster, LEASED).getFirst();
        for (int i = 0; i < 100; i++) {
            clock.advance(Duration.ofMillis(1));
            gateway.take();
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
        Rate rate = new Rate(600, Duration.ofDays(31), LimitMode.LEASED);
        Cluster cluster = new Cluster(rate, 2);
        SharedBucket gateway = gateways(cluster, rate).getFirst();
        for (int i = 0; i < 100; i++) {
            clock.advance(Duration.ofMillis(1));
            gateway.take();
        }
        gateway.close();
        assertEquals(500, cluster.bucket.getAvailableTokens());
    }

    @Test
    void withoutTheClusterEachHasItsShare() {
        Rate rate = new Rate(90, Duration.ofDays(31), LimitMode.EXACT);
        Cluster cluster = new Cluster(rate, 3);
        cluster.away = true;
        int admitted = 0;
        for (SharedBucket gateway : gateways(cluster, rate)) {
            for (int i = 0; i < 100; i++) {
                admitted += gateway.take().result().isConsumed() ? 1 : 0;
            }
        }
        assertEquals(90, admitted);
    }

    @Test
    void aFloodBeyondTheLimitIsNotOneUponTheCluster() {
        Rate rate = new Rate(1, Duration.ofMinutes(1), LimitMode.LEASED);
        Cluster cluster = new Cluster(rate, 3);
        SharedBucket gateway = gateways(cluster, rate).getFirst();
        assertTrue(gateway.take().result().isConsumed());
        for (int i = 0; i < 1_000; i++) {
            clock.advance(Duration.ofNanos(100_000));
            assertFalse(gateway.take().result().isConsumed());
        }
        assertTrue(cluster.asked <= 22, "asked " + cluster.asked);
    }
}
