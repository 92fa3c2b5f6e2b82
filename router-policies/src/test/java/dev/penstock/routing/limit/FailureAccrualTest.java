package dev.penstock.routing.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.routing.limit.FailureAccrual.Rules;
import dev.penstock.routing.limit.FailureAccrual.State;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailureAccrualTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Rules RULES = Rules.DEFAULT;
    private static final Rules FEW =
            new Rules(5, 0.8, Duration.ofSeconds(30), 10, Duration.ofSeconds(5), Duration.ofSeconds(300));

    /** s: success, f: failure, each a second apart; *n repeats. */
    @ParameterizedTest
    @CsvSource({
        "ffff,CLOSED",
        "fffff,EJECTED",
        "ffffsffff,CLOSED",
        "ffffsfffff,EJECTED",
        "sssssssssssssssf,CLOSED",
        "sssffssffsssffssff,EJECTED",
        "ssssssssssssffff,EJECTED",
        "ssssssssssssssssff,CLOSED",
        "sfsfsfs,CLOSED",
    })
    void ejectsByRunsAndByRate(String outcomes, State expected) {
        FailureAccrual accrual = FailureAccrual.closed(0);
        long now = 0;
        for (int i = 0; i < outcomes.length(); i++) {
            char outcome = outcomes.charAt(i);
            now += SECOND;
            accrual = outcome == 's'
                    ? accrual.onSuccess(FEW, now)
                    : accrual.onFailure(FEW, now, new SplittableRandom(1), true);
        }
        assertEquals(expected, accrual.state());
    }

    @Test
    void ejectionsDoubleWithEqualJitterUpToTheLongest() {
        long seed = 20261120;
        RandomGenerator random = new SplittableRandom(seed);
        FailureAccrual accrual = FailureAccrual.closed(0);
        long now = 0;
        long[] full = {5, 10, 20, 40, 80, 160, 300, 300, 300};
        for (int i = 0; i < full.length; i++) {
            accrual = i == 0 ? accrual.eject(RULES, now, random) : accrual.onFailure(RULES, now, random, true);
            assertEquals(State.EJECTED, accrual.state());
            long pause = accrual.untilNanos() - now;
            assertTrue(
                    pause >= full[i] * SECOND / 2 && pause <= full[i] * SECOND,
                    "ejection " + i + ": " + Duration.ofNanos(pause) + ", seed " + seed);
            assertEquals(State.EJECTED, accrual.at(now + pause - 1).state());
            now += pause;
            accrual = accrual.at(now);
            assertEquals(State.TRIAL, accrual.state());
        }
        accrual = accrual.onSuccess(RULES, now);
        assertEquals(State.CLOSED, accrual.state());
        assertEquals(0, accrual.ejections());
    }

    @Test
    void theLastOnesAreCountedButKept() {
        FailureAccrual accrual = FailureAccrual.closed(0);
        for (int i = 1; i <= 100; i++) {
            accrual = accrual.onFailure(RULES, i * SECOND, new SplittableRandom(1), false);
        }
        assertEquals(State.CLOSED, accrual.state());
        assertEquals(100, accrual.failuresInRow());
    }

    @Test
    void whatEndsDuringAnEjectionChangesNothing() {
        FailureAccrual ejected = FailureAccrual.closed(0).eject(RULES, 0, new SplittableRandom(1));
        assertEquals(ejected, ejected.onSuccess(RULES, SECOND));
        assertEquals(ejected, ejected.onFailure(RULES, SECOND, new SplittableRandom(1), true));
    }

    @Test
    void fivePercentFailuresEjectNobody() {
        for (long seed = 1; seed <= 20; seed++) {
            RandomGenerator random = new SplittableRandom(seed);
            FailureAccrual accrual = FailureAccrual.closed(0);
            for (int i = 1; i <= 5_000; i++) {
                long now = i * SECOND / 50;
                accrual = random.nextDouble() < 0.05
                        ? accrual.onFailure(RULES, now, random, true)
                        : accrual.onSuccess(RULES, now);
                assertEquals(State.CLOSED, accrual.state(), "request " + i + ", seed " + seed);
            }
        }
    }

    @Test
    void anAncientPastIsForgotten() {
        FailureAccrual accrual = FailureAccrual.closed(0);
        for (int i = 0; i < 4; i++) {
            accrual = accrual.onFailure(RULES, i, new SplittableRandom(1), true);
        }
        accrual = accrual.onSuccess(RULES, 600 * SECOND);
        assertTrue(accrual.failures() < 1e-6, accrual.toString());
        assertNotEquals(State.EJECTED, accrual.state());
    }

    @Test
    void aMonotonicClockMayBeNegativeAndWrap() {
        long now = Long.MAX_VALUE - SECOND;
        FailureAccrual ejected = FailureAccrual.closed(now).eject(RULES, now, new SplittableRandom(1));
        assertEquals(State.EJECTED, ejected.at(now + SECOND).state());
        assertEquals(State.TRIAL, ejected.at(now + 6 * SECOND).state());
    }
}
