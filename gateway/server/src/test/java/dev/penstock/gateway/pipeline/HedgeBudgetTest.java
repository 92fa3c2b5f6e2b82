package dev.penstock.gateway.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class HedgeBudgetTest {
    @Test
    void hedgesNeverExceedTheirShareOfTheRequests() {
        long seed = 20261128;
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            double share = random.nextDouble();
            HedgeBudget budget = new HedgeBudget();
            int hedges = 0;
            for (int requests = 1; requests <= 500; requests++) {
                budget.earn(share);
                hedges += random.nextInt(3) == 0 && budget.trySpend() ? 1 : 0;
                assertTrue(hedges <= share * requests + 1e-6, "seed " + seed + ", round " + round);
            }
        }
    }

    @Test
    void aShareOfFivePercentIsAHedgeInTwenty() {
        HedgeBudget budget = new HedgeBudget();
        int hedges = 0;
        for (int request = 0; request < 1000; request++) {
            budget.earn(0.05);
            hedges += budget.trySpend() ? 1 : 0;
        }
        assertEquals(50, hedges);
    }

    @Test
    void whatIsSavedIsBounded() {
        HedgeBudget budget = new HedgeBudget();
        for (int request = 0; request < 10_000; request++) {
            budget.earn(1);
        }
        for (int hedge = 0; hedge < 10; hedge++) {
            assertTrue(budget.trySpend());
        }
        assertFalse(budget.trySpend());
    }
}
