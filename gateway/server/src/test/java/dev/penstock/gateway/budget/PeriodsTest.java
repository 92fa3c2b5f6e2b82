package dev.penstock.gateway.budget;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.gateway.config.BudgetConfig.Period;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PeriodsTest {
    @ParameterizedTest
    @CsvSource({
        "DAILY, 2026-11-28T23:59:59.999Z, 2026-11-28T00:00:00Z, 2026-11-29T00:00:00Z",
        "DAILY, 2026-11-29T00:00:00Z, 2026-11-29T00:00:00Z, 2026-11-30T00:00:00Z",
        "WEEKLY, 2026-11-29T23:59:59Z, 2026-11-23T00:00:00Z, 2026-11-30T00:00:00Z", // a Sunday
        "WEEKLY, 2026-11-30T00:00:00Z, 2026-11-30T00:00:00Z, 2026-12-07T00:00:00Z", // a Monday
        "WEEKLY, 2027-01-01T12:00:00Z, 2026-12-28T00:00:00Z, 2027-01-04T00:00:00Z",
        "MONTHLY, 2028-02-29T12:00:00Z, 2028-02-01T00:00:00Z, 2028-03-01T00:00:00Z",
        "TOTAL, 2026-11-28T12:00:00Z, 1970-01-01T00:00:00Z,",
    })
    void beginAndEnd(Period period, Instant now, Instant starts, Instant ends) {
        assertEquals(starts, Periods.starts(period, now));
        assertEquals(Optional.ofNullable(ends), Periods.ends(period, starts));
    }
}
