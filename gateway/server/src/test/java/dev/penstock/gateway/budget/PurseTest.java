package dev.penstock.gateway.budget;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.gateway.budget.Purse.Step;
import dev.penstock.gateway.budget.Purse.Verdict;
import dev.penstock.gateway.config.BudgetConfig;
import dev.penstock.store.Budgets.Holding;
import dev.penstock.store.Budgets.Standing;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PurseTest {
    private static final long LIMIT = 1_000;

    private final Purse purse = new Purse(
            Budget.of(
                    Budget.Scope.KEY,
                    "k",
                    new BudgetConfig(
                            Optional.empty(),
                            Optional.of(LIMIT),
                            BudgetConfig.Period.TOTAL,
                            true,
                            List.of(),
                            List.of(1.0))),
            Instant.EPOCH,
            "node",
            0);
    private long now = 1;
    private long granted;
    private long settled;
    private long others;

    /** As the keeper does it, over a store of one number. */
    private Step step() {
        Step step = purse.step(true, false, now);
        if (step instanceof Step.Hold hold) {
            long left = LIMIT - settled - Math.max(0, granted - settled) - others;
            granted += Math.min(hold.change().applyAsLong(left), left);
            purse.answered(
                    new Holding(granted, settled, new Standing(settled, Math.max(0, granted - settled) + others)), now);
        }
        return step;
    }

    private void later(Duration time) {
        now += time.toNanos();
    }

    @Test
    void whatIsNotThereIsAskedForAndNoMoreThanAQuarterOfTheRest() {
        assertEquals(Verdict.SHORT, purse.reserve(10, now));
        step();
        assertEquals(Verdict.TAKEN, purse.reserve(10, now));
        step();
        assertTrue(granted > 10 && granted <= LIMIT / 4, "granted " + granted);
    }

    @Test
    void oneRequestMayHaveAllThatIsLeft() {
        assertEquals(Verdict.SHORT, purse.reserve(LIMIT, now));
        step();
        assertEquals(Verdict.TAKEN, purse.reserve(LIMIT, now));
        assertEquals(Verdict.SPENT, purse.reserve(1, now), "told just now");
        purse.settle(LIMIT, LIMIT / 2);
        assertEquals(Verdict.TAKEN, purse.reserve(LIMIT / 2, now), "what was not used");
    }

    @Test
    void whatTheStoreSaidIsTrueForAWhile() {
        others = LIMIT;
        assertEquals(Verdict.SHORT, purse.reserve(1, now));
        step();
        assertEquals(Verdict.SPENT, purse.reserve(1, now));
        later(Duration.ofSeconds(1));
        assertEquals(Verdict.SHORT, purse.reserve(1, now), "it may have changed");
        purse.failed(now);
        assertEquals(Verdict.UNKNOWN, purse.reserve(1, now));
    }

    @Test
    void aLeaseEndsByItsClockUnlessTheStoreIsHeard() {
        purse.reserve(10, now);
        step();
        later(Duration.ofNanos(Purse.LEASE_NANOS - 1));
        assertEquals(Verdict.TAKEN, purse.reserve(1, now));
        later(Duration.ofNanos(1));
        assertEquals(Verdict.SHORT, purse.reserve(1, now));
        step();
        assertEquals(Verdict.TAKEN, purse.reserve(1, now));
    }

    @Test
    void whatNobodyAsksForGoesBackAndAllOfItWhereTooLittleIsLeftToShare() {
        purse.reserve(100, now);
        step();
        assertEquals(Verdict.TAKEN, purse.reserve(100, now));
        purse.settle(100, 20);
        others = LIMIT - granted;
        for (int i = 0; i < 4; i++) {
            later(Duration.ofSeconds(3)); // first it learns of it
            step();
        }
        assertEquals(20, granted, "the rest is of use to others: a quarter of it is less than one request");
        later(Duration.ofMinutes(1));
        step();
        assertEquals(20, granted);
    }

    @Test
    void itIsClosedWhenAllThatWasDrawnIsSettledAndNotBefore() {
        purse.reserve(10, now);
        step();
        purse.reserve(10, now);
        purse.settle(10, 7);
        later(Duration.ofMinutes(11));
        for (int i = 0; i < 4; i++) {
            later(Duration.ofSeconds(1));
            assertTrue(!(step() instanceof Step.Close), "7 are not in the ledger");
        }
        settled = 7;
        later(Duration.ofSeconds(1));
        step();
        later(Duration.ofSeconds(1));
        assertInstanceOf(Step.Close.class, step());
        assertEquals(7, granted);
        assertEquals(Verdict.RETIRED, purse.reserve(1, now));
    }
}
