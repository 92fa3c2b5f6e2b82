package dev.penstock.gateway.budget;

import dev.penstock.store.Budgets.Standing;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Budgets as gauges: those of which this gateway knows, at most {@value #MOST}, those of which most is spent. Their names are
 * of the configuration, never of a client.
 */
public final class BudgetGauges {
    static final int MOST = 100;

    private static final double NANOS = 1e9;

    private final GatewayBudgets budgets;
    private final MultiGauge ratio;
    private final MultiGauge limit;
    private final MultiGauge held;

    /** A budget that is shown. */
    record Row(Budget budget, Standing standing, double ratio) {}

    /** Registers them; they show nothing before they are {@linkplain #refresh refreshed}. */
    public BudgetGauges(GatewayBudgets budgets, MeterRegistry registry) {
        this.budgets = budgets;
        this.ratio = MultiGauge.builder("penstock.budget.spent.ratio")
                .description("Of a budget, the part that is spent in its present period")
                .register(registry);
        this.limit = MultiGauge.builder("penstock.budget.limit")
                .description("Of a budget, the limit of a period, in dollars or tokens")
                .register(registry);
        this.held = MultiGauge.builder("penstock.budget.held")
                .description("Of a budget, what gateways hold to spend and have not spent, in dollars or tokens")
                .register(registry);
    }

    /** Reads how they stand. */
    public void refresh() {
        List<Row> rows = budgets.known();
        show(ratio, rows, Row::ratio);
        show(limit, rows, row -> amount(row, row.budget().limit()));
        show(held, rows, row -> amount(row, row.standing().held()));
    }

    private static double amount(Row row, long amount) {
        return row.budget().unit() == Budget.Unit.USD ? amount / NANOS : amount;
    }

    private static void show(MultiGauge gauge, List<Row> rows, ToDoubleFunction<Row> value) {
        gauge.register(
                rows.stream()
                        .map(row -> MultiGauge.Row.of(
                                Tags.of(
                                        "budget",
                                        row.budget().id(),
                                        "unit",
                                        row.budget().unit().label()),
                                value.applyAsDouble(row)))
                        .collect(java.util.stream.Collectors.<MultiGauge.Row<?>>toList()),
                true);
    }
}
