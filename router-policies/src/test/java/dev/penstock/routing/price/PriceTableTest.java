package dev.penstock.routing.price;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.penstock.routing.Accelerator;
import dev.penstock.routing.Capability;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Price;
import dev.penstock.routing.ServedModel;
import dev.penstock.routing.Site;
import dev.penstock.routing.Worker;
import dev.penstock.routing.WorkerId;
import dev.penstock.routing.price.PriceTable.Entry;
import dev.penstock.routing.price.PriceTable.Pattern;
import java.net.URI;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PriceTableTest {
    private static final LocalDate TODAY = LocalDate.of(2026, 6, 15);

    @Test
    void anUnknownPriceStaysUnknown() {
        PriceTable table = new PriceTable(List.of(entry("other-*", "*", "*", "2026-01-01", 1, false)));
        assertEquals(Optional.empty(), price(table, worker(Optional.empty()), TODAY));
        assertEquals(Optional.empty(), price(PriceTable.EMPTY, worker(Optional.empty()), TODAY));
    }

    @Test
    void theLatestDayThatHasComeCounts() {
        PriceTable table = new PriceTable(List.of(
                entry("llama-*", "*", "*", "2026-01-01", 1, false),
                entry("llama-*", "*", "*", "2026-07-01", 2, false),
                entry("llama-*", "*", "*", "2026-06-15", 3, false)));
        assertEquals(Optional.of(new Price(1, 1)), price(table, worker(Optional.empty()), TODAY.minusDays(1)));
        assertEquals(Optional.of(new Price(3, 3)), price(table, worker(Optional.empty()), TODAY));
        assertEquals(Optional.of(new Price(2, 2)), price(table, worker(Optional.empty()), TODAY.plusYears(1)));
        assertEquals(Optional.empty(), price(table, worker(Optional.empty()), LocalDate.of(2025, 12, 31)));
        assertEquals(Optional.of(LocalDate.of(2026, 7, 1)), table.nextChange(TODAY));
        assertEquals(Optional.empty(), table.nextChange(LocalDate.of(2026, 7, 1)));
    }

    @Test
    void whatAWorkerDeclaresHoldsUnlessItIsOverridden() {
        Optional<Price> declared = Optional.of(Price.FREE);
        assertEquals(
                declared,
                price(new PriceTable(List.of(entry("*", "*", "*", "2026-01-01", 1, false))), worker(declared), TODAY));
        assertEquals(
                Optional.of(new Price(1, 1)),
                price(new PriceTable(List.of(entry("*", "*", "*", "2026-01-01", 1, true))), worker(declared), TODAY));
    }

    @Test
    void modelWorkerAndSiteMustAllMatch() {
        Worker worker = worker(Optional.empty());
        for (Entry entry : List.of(
                entry("mistral", "*", "*", "2026-01-01", 1, false),
                entry("*", "vllm-2", "*", "2026-01-01", 1, false),
                entry("*", "*", "aws-*", "2026-01-01", 1, false))) {
            assertEquals(Optional.empty(), price(new PriceTable(List.of(entry)), worker, TODAY), entry.toString());
        }
        assertEquals(
                Optional.of(new Price(1, 1)),
                price(
                        new PriceTable(List.of(
                                entry("llama-8b", "vllm-*", "plant-?".replace("?", "*"), "2026-01-01", 1, false))),
                        worker,
                        TODAY));
    }

    @Test
    void aWorkerThatKeepsItsPriceIsTheSame() {
        Worker worker = worker(Optional.of(Price.FREE));
        assertSame(worker, PriceTable.EMPTY.priced(worker, TODAY));
        PriceTable table = new PriceTable(List.of(entry("*", "*", "*", "2026-01-01", 1, false)));
        assertSame(worker, table.priced(worker, TODAY));
        assertEquals(
                Optional.of(new Price(1, 1)),
                table.priced(worker(Optional.empty()), TODAY)
                        .models()
                        .getFirst()
                        .price());
    }

    @Test
    void aStarIsAnyCharacters() {
        Object[][] cases = {
            {"*", "", true}, {"*", "x", true}, {"a*c", "abbc", true}, {"a*c", "ac", true}, {"a*c", "abd", false},
            {"*b*", "abc", true}, {"a", "ab", false}, {"ab", "a", false}, {"a*b*c", "a-b-b-c", true}, {"**", "", true}
        };
        for (Object[] each : cases) {
            assertEquals(each[2], new Pattern((String) each[0]).matches((String) each[1]), each[0] + " of " + each[1]);
        }
    }

    private static Optional<Price> price(PriceTable table, Worker worker, LocalDate day) {
        return table.price(worker, worker.models().getFirst(), day);
    }

    private static Entry entry(String model, String worker, String site, String from, double dollars, boolean over) {
        return new Entry(
                new Pattern(model),
                new Pattern(worker),
                new Pattern(site),
                LocalDate.parse(from),
                new Price(dollars, dollars),
                over);
    }

    private static Worker worker(Optional<Price> declared) {
        return new Worker(
                new WorkerId("vllm-1"),
                0,
                URI.create("http://127.0.0.1:1"),
                Accelerator.GPU,
                new Site("plant-7", Site.Kind.EDGE, ""),
                4,
                List.of(new ServedModel(new ModelId("llama-8b"), "", 0, 0, "", Set.of(Capability.CHAT), declared)));
    }
}
