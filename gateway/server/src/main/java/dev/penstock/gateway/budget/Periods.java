package dev.penstock.gateway.budget;

import dev.penstock.gateway.config.BudgetConfig.Period;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;
import java.util.Optional;

/** When the periods of budgets begin and end, in UTC. */
final class Periods {
    private Periods() {}

    /** The beginning of the period that the moment is in; what lasts for good began with the epoch. */
    static Instant starts(Period period, Instant now) {
        LocalDate day = now.atZone(ZoneOffset.UTC).toLocalDate();
        return switch (period) {
            case DAILY -> midnight(day);
            case WEEKLY -> midnight(day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY)));
            case MONTHLY -> midnight(day.withDayOfMonth(1));
            case TOTAL -> Instant.EPOCH;
        };
    }

    /** The end of a period that began then; empty where it has none. */
    static Optional<Instant> ends(Period period, Instant starts) {
        LocalDate day = starts.atZone(ZoneOffset.UTC).toLocalDate();
        return switch (period) {
            case DAILY -> Optional.of(midnight(day.plusDays(1)));
            case WEEKLY -> Optional.of(midnight(day.plusWeeks(1)));
            case MONTHLY -> Optional.of(midnight(day.plusMonths(1)));
            case TOTAL -> Optional.empty();
        };
    }

    private static Instant midnight(LocalDate day) {
        return day.atStartOfDay(ZoneOffset.UTC).toInstant();
    }
}
