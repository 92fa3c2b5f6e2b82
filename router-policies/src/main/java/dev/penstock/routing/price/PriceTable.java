package dev.penstock.routing.price;

import dev.penstock.routing.Price;
import dev.penstock.routing.ServedModel;
import dev.penstock.routing.Worker;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Prices by model, worker, site and day. What no entry names stays what the worker declares; what that does not either is
 * unknown, never free. Immutable.
 *
 * <p>Of the entries that match, those whose day has come count; of these the latest, and of equal days the first. It takes
 * effect at midnight UTC.
 */
public final class PriceTable {
    /** No entry. */
    public static final PriceTable EMPTY = new PriceTable(List.of());

    /** The most entries. */
    public static final int MAX_ENTRIES = 4096;

    private final List<Entry> entries;

    /**
     * A price from a day on.
     *
     * @param model a name, with {@code *} for any characters
     * @param worker the same, of worker ids
     * @param site the same, of sites
     * @param from the first day on which it holds, UTC
     * @param price what it is
     * @param overrides whether it holds against what the worker itself declares
     */
    public record Entry(Pattern model, Pattern worker, Pattern site, LocalDate from, Price price, boolean overrides) {
        boolean matches(Worker who, ServedModel what) {
            return model.matches(what.id().value())
                    && worker.matches(who.id().value())
                    && site.matches(who.site().name());
        }
    }

    /**
     * A name in which each {@code *} stands for any characters, none included.
     *
     * @param text not empty
     */
    public record Pattern(String text) {
        /** Any name. */
        public static final Pattern ANY = new Pattern("*");

        public Pattern {
            if (text.isEmpty()) {
                throw new IllegalArgumentException("pattern: empty (expected: a name, with * for any characters)");
            }
        }

        /** Whether the name is of it. Linear but for backing up to the last {@code *}. */
        public boolean matches(String name) {
            int at = 0;
            int in = 0;
            int star = -1;
            int resume = 0;
            while (at < name.length()) {
                if (in < text.length() && text.charAt(in) == '*') {
                    star = in++;
                    resume = at;
                } else if (in < text.length() && text.charAt(in) == name.charAt(at)) {
                    in++;
                    at++;
                } else if (star >= 0) {
                    in = star + 1;
                    at = ++resume;
                } else {
                    return false;
                }
            }
            while (in < text.length() && text.charAt(in) == '*') {
                in++;
            }
            return in == text.length();
        }
    }

    /** A table of these. */
    public PriceTable(List<Entry> entries) {
        if (entries.size() > MAX_ENTRIES) {
            throw new IllegalArgumentException(
                    "prices: " + entries.size() + " (expected: at most " + MAX_ENTRIES + ")");
        }
        this.entries = List.copyOf(entries);
    }

    /** What the worker charges for the model on that day; empty where nobody says. */
    public Optional<Price> price(Worker worker, ServedModel model, LocalDate today) {
        Entry best = null;
        for (Entry entry : entries) {
            boolean counts = !entry.from.isAfter(today)
                    && (model.price().isEmpty() || entry.overrides)
                    && entry.matches(worker, model);
            if (counts && (best == null || entry.from.isAfter(best.from))) {
                best = entry;
            }
        }
        return best == null ? model.price() : Optional.of(best.price);
    }

    /** The worker with what it charges on that day; the same object where that changes nothing. */
    public Worker priced(Worker worker, LocalDate today) {
        if (entries.isEmpty()) {
            return worker;
        }
        List<ServedModel> models = worker.models().stream()
                .map(model -> model.withPrice(price(worker, model, today)))
                .toList();
        return models.equals(worker.models())
                ? worker
                : new Worker(
                        worker.id(),
                        worker.slot(),
                        worker.endpoint(),
                        worker.accelerator(),
                        worker.site(),
                        worker.capacity(),
                        models);
    }

    /** The first day after this one on which a price changes; empty where none will. */
    public Optional<LocalDate> nextChange(LocalDate today) {
        TreeSet<LocalDate> days = new TreeSet<>();
        entries.forEach(entry -> days.add(entry.from));
        return Optional.ofNullable(days.higher(today));
    }
}
