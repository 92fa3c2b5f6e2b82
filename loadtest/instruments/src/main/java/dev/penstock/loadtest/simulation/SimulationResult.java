package dev.penstock.loadtest.simulation;

import java.util.List;

/**
 * What came of a scenario.
 *
 * @param scenario which
 * @param trace what was asked
 * @param capacity of the pool, requests/s
 * @param rows a policy at a load each, in the scenario's order
 */
public record SimulationResult(Scenario scenario, TraceFigures trace, double capacity, List<Row> rows) {
    /**
     * What a trace is like.
     *
     * @param promptTokens of a request, on average
     * @param outputTokens likewise
     * @param ceiling the share of its blocks that a cache without end would have
     */
    public record TraceFigures(
            String name, int requests, double rate, double promptTokens, double outputTokens, double ceiling) {}

    /**
     * A policy at a load.
     *
     * @param figures on average over the seeds
     * @param bySeed of each seed
     * @param ttft seconds until the first token at each percentile from 0 to 100, of the first seed
     */
    public record Row(String policy, double load, Figures figures, List<Figures> bySeed, List<Double> ttft) {}

    public SimulationResult {
        rows = List.copyOf(rows);
    }

    /** The rows of one load. */
    List<Row> at(double load) {
        return rows.stream().filter(row -> row.load() == load).toList();
    }
}
