package dev.penstock.gateway.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.gateway.Configs;
import dev.penstock.gateway.pipeline.TokenReserve;
import dev.penstock.gateway.tenancy.ManualClock;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.TokenUsage;
import io.github.bucket4j.ConsumptionProbe;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Of all limits or of none: whatever refuses, in whatever order the answers come, nothing is lost. */
final class AcquisitionTest {
    private final ManualClock clock = new ManualClock(Instant.EPOCH);
    private final List<Promise<ConsumptionProbe>> late = new ArrayList<>();
    private final List<ConsumptionProbe> probes = new ArrayList<>();

    /** One that answers later, as those of the cluster do. */
    private final class Late implements Limiter {
        private final Limiter of;

        Late(Limiter of) {
            this.of = of;
        }

        @Override
        public Limit limit() {
            return of.limit();
        }

        @Override
        public Future<ConsumptionProbe> take(long amount) {
            Promise<ConsumptionProbe> promise = Promise.promise();
            late.add(promise);
            probes.add(of.take(amount).result());
            return promise.future();
        }

        @Override
        public void giveBack(long amount) {
            of.giveBack(amount);
        }

        @Override
        public void debit(long amount) {
            of.debit(amount);
        }

        @Override
        public long left() {
            return of.left();
        }

        @Override
        public long waitNanos(long amount) {
            return of.waitNanos(amount);
        }
    }

    private void answerAll() {
        while (!late.isEmpty()) {
            late.removeFirst().complete(probes.removeFirst());
        }
    }

    private Limiter limiter(String yaml, SplittableRandom random) {
        Limit limit = new Limit(
                Limit.Level.EVERYBODY,
                "",
                Configs.auth("limits: [" + yaml + "]").limits().getFirst());
        Limiter made =
                switch (limit.unit()) {
                    case REQUESTS, TOKENS -> LocalBucket.full(limit, clock);
                    case CONCURRENT_REQUESTS, CONCURRENT_STREAMS -> LocalSlots.free(limit);
                };
        return random.nextBoolean() ? new Late(made) : made;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void nothingLeaks(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Limiter> limiters = new ArrayList<>();
        limiters.add(limiter("{requests: 400, per: 31d}", random));
        limiters.add(limiter("{requests: 300, per: 31d}", random));
        limiters.add(limiter("{tokens: 5000, per: 31d}", random));
        limiters.add(limiter("{tokens: 9000, per: 31d}", random));
        limiters.add(limiter("{concurrent-requests: 7}", random));
        limiters.add(limiter("{concurrent-streams: 5}", random));
        List<Reservation> running = new ArrayList<>();
        long admitted = 0;
        long refused = 0;
        long usedTokens = 0;
        for (int i = 0; i < 3_000; i++) {
            if (!running.isEmpty() && random.nextInt(3) == 0) {
                long used = random.nextInt(4) == 0 ? 0 : random.nextInt(40);
                running.remove(random.nextInt(running.size())).settle(new TokenUsage(used, 0, 0, false));
                usedTokens += used;
                continue;
            }
            TokenReserve reserve = new TokenReserve(random.nextInt(20), random.nextInt(20));
            List<Claim> claims =
                    limiters.stream().map(limiter -> Claim.of(limiter, reserve)).toList();
            Future<List<Acquisition.Refusal>> taken = Acquisition.of(claims);
            answerAll();
            if (taken.result().isEmpty()) {
                running.add(new Reservation(new ModelId("m"), claims, reserve, (principal, request) -> reserve));
                admitted++;
            } else {
                refused++;
            }
        }
        running.forEach(reservation -> reservation.settle(TokenUsage.NONE));
        String seen = "seed " + seed + ": " + admitted + " admitted, " + refused + " refused";
        assertTrue(admitted > 100 && refused > 100, seen);
        assertEquals(400 - admitted, limiters.get(0).left(), seen);
        assertEquals(300 - admitted, limiters.get(1).left(), seen);
        assertEquals(Math.max(0, 5000 - usedTokens), limiters.get(2).left(), seen);
        assertEquals(9000 - usedTokens, limiters.get(3).left(), seen);
        assertEquals(7, limiters.get(4).left(), seen);
        assertEquals(5, limiters.get(5).left(), seen);
    }
}
