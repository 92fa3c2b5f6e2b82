package dev.penstock.loadtest.simulation.pool;

import dev.penstock.routing.Affinity;
import dev.penstock.routing.Demand;
import dev.penstock.routing.RoutePlan;
import java.util.ArrayList;
import java.util.List;

/** A request on its way. */
final class Request {
    final int number;
    final long atNanos;
    final int promptTokens;
    final int outputTokens;
    final Affinity affinity;
    final boolean confined;

    Demand demand = Demand.UNKNOWN;
    final List<Attempt> attempts = new ArrayList<>(1);
    List<RoutePlan.Attempt> plan = List.of();
    int next;
    int failures;
    boolean queued;
    boolean over;
    long firstTokenNanos = -1;

    Request(int number, long atNanos, int promptTokens, int outputTokens, Affinity affinity, boolean confined) {
        this.number = number;
        this.atNanos = atNanos;
        this.promptTokens = promptTokens;
        this.outputTokens = outputTokens;
        this.affinity = affinity;
        this.confined = confined;
    }
}
