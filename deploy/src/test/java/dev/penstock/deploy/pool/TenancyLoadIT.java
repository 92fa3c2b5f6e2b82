package dev.penstock.deploy.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tenants of three gateways as real processes, under load, while their database is out of reach, a gateway is killed, and a
 * key is made and revoked. The figures are reported in target/tenancy.txt.
 */
@Timeout(600)
class TenancyLoadIT {
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path directory = Path.of("");

    @Test
    void nobodyIsRefusedWhoMayAndNobodyGetsMoreThanIsTheirs() throws Exception {
        TenancyScenario scenario = new TenancyScenario();
        scenario.run(directory);
        String report = scenario.report();
        Files.writeString(Files.createDirectories(Path.of("target")).resolve("tenancy.txt"), report);
        System.out.println(report);

        TenancyScenario.Counts free = scenario.of("free");
        assertEquals(0, free.refused() + free.failed(), report);
        assertTrue(free.answered() > 300, report);
        // Whom the killed gateway had admitted and not answered nobody knows.
        TenancyScenario.Counts exact = scenario.of("exact");
        assertTrue(exact.answered() <= TenancyScenario.EXACT, report);
        assertTrue(exact.answered() + exact.lost() >= TenancyScenario.EXACT, report);
        TenancyScenario.Counts leased = scenario.of("leased");
        assertTrue(leased.answered() <= TenancyScenario.LEASED, report);
        assertTrue(leased.answered() + leased.lost() >= 0.8 * TenancyScenario.LEASED, report);
        TenancyScenario.Counts poor = scenario.of("poor");
        assertTrue(poor.nanoUsd() <= TenancyScenario.BUDGET_NANOS, report);
        assertTrue(poor.refused() > 0, report);
        assertTrue(scenario.revokedSeconds() <= 5, report);
        scenario.ledger().forEach((key, entries) -> {
            TenancyScenario.Counts told = scenario.of(key);
            assertTrue(
                    entries.requests() >= told.answered() && entries.requests() <= told.answered() + told.lost(),
                    key + ": " + entries + "\n" + report);
            assertTrue(entries.nanoUsd() >= told.nanoUsd(), key + ": " + entries + "\n" + report);
            if (told.lost() == 0) {
                assertEquals(told.nanoUsd(), entries.nanoUsd(), key + "\n" + report);
                assertEquals(told.tokens(), entries.tokens(), key + "\n" + report);
            }
        });
        assertTrue(scenario.spent() <= TenancyScenario.BUDGET_NANOS, report);
        assertEquals("", scenario.leaked(), "keys or prompts in a log");
    }
}
