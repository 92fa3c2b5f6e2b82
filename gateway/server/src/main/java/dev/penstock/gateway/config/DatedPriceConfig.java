package dev.penstock.gateway.config;

import dev.penstock.routing.price.PriceTable;
import dev.penstock.routing.price.PriceTable.Pattern;
import dev.penstock.runtime.config.Default;
import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Example;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;

/** A price from a day on. */
@Doc("""
        A price from a day on, for workers that do not declare one. Of the entries that match and whose day has come the
        latest holds, and of equal days the first. What nobody says a price for costs an unknown amount, not nothing.""")
public record DatedPriceConfig(
        @Doc("Which models; `*` stands for any characters.") @Default("'*'")
        String model,

        @Doc("Which workers, by id; `*` stands for any characters.") @Default("'*'")
        String worker,

        @Doc("Which sites; `*` stands for any characters.") @Default("'*'")
        String site,

        @Doc("The first day on which it holds, UTC.") @Example("2026-07-01")
        String from,

        @Doc("What it costs.") PriceConfig price,

        @Doc("Whether it holds against what the worker itself declares.") @Default("false")
        boolean override) {
    public DatedPriceConfig {
        entry(model, worker, site, from, price, override);
    }

    /** As routing knows it. */
    PriceTable.Entry entry() {
        return entry(model, worker, site, from, price, override);
    }

    private static PriceTable.Entry entry(
            String model, String worker, String site, String from, PriceConfig price, boolean override) {
        return new PriceTable.Entry(
                new Pattern(model), new Pattern(worker), new Pattern(site), day(from), price.price(), override);
    }

    private static LocalDate day(String text) {
        try {
            return LocalDate.parse(text);
        } catch (DateTimeParseException malformed) {
            throw new IllegalArgumentException("from: " + text + " (expected: a day such as 2026-07-01)", malformed);
        }
    }
}
