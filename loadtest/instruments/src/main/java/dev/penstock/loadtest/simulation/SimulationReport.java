package dev.penstock.loadtest.simulation;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.penstock.loadtest.simulation.Figures.Spread;
import dev.penstock.loadtest.simulation.SimulationResult.Row;
import java.io.IOException;
import java.io.UncheckedIOException;

/** What came of a scenario, as text, JSON and one HTML file. */
public final class SimulationReport {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private SimulationReport() {}

    /** Tables for a terminal. */
    public static String text(SimulationResult result) {
        StringBuilder text = new StringBuilder();
        text.append(SimulationTables.about(result)).append('\n');
        for (double load : result.scenario().loadFactors()) {
            text.append('\n').append(SimulationTables.heading(result, load)).append('\n');
            text.append(SimulationTables.figures(result, load).text());
        }
        return text.toString();
    }

    /** All figures, of every seed. The same scenario gives the same bytes. */
    public static String json(SimulationResult result) {
        ObjectNode root = JSON.createObjectNode();
        root.put("name", result.scenario().name());
        ObjectNode trace = root.putObject("trace");
        trace.put("name", result.trace().name());
        trace.put("requests", result.trace().requests());
        trace.put("requestsPerSecond", result.trace().rate());
        trace.put("promptTokens", result.trace().promptTokens());
        trace.put("outputTokens", result.trace().outputTokens());
        trace.put("prefixCeiling", result.trace().ceiling());
        root.put("capacityRequestsPerSecond", result.capacity());
        ArrayNode seeds = root.putArray("seeds");
        result.scenario().seeds().forEach(seeds::add);
        ArrayNode rows = root.putArray("rows");
        for (Row row : result.rows()) {
            ObjectNode node = rows.addObject();
            node.put("policy", row.policy());
            node.put("load", row.load());
            put(node.putObject("mean"), row.figures());
            ArrayNode bySeed = node.putArray("bySeed");
            row.bySeed().forEach(figures -> put(bySeed.addObject(), figures));
        }
        try {
            return JSON.writeValueAsString(root) + "\n";
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private static void put(ObjectNode node, Figures figures) {
        node.put("requests", figures.requests());
        node.put("answered", figures.answered());
        node.put("refused", figures.refused());
        node.put("failed", figures.failed());
        node.put("attainment", figures.attainment());
        node.put("goodputPerSecond", figures.goodput());
        put(node.putObject("ttftSeconds"), figures.ttft());
        put(node.putObject("interTokenSeconds"), figures.interToken());
        put(node.putObject("endToEndSeconds"), figures.endToEnd());
        node.put("queueP99Seconds", figures.queueP99());
        node.put("dollarsPerMillionTokens", figures.dollarsPerMillion());
        node.put("provisionedDollars", figures.provisioned());
        node.put("chargedDollars", figures.charged());
        node.put("utilisation", figures.utilisation());
        node.put("imbalance", figures.imbalance());
        node.put("cachedShare", figures.cachedShare());
        if (!Double.isNaN(figures.regret())) {
            node.put("regret", figures.regret());
        }
    }

    private static void put(ObjectNode node, Spread spread) {
        node.put("mean", spread.mean());
        node.put("p50", spread.p50());
        node.put("p90", spread.p90());
        node.put("p99", spread.p99());
    }

    /** One file that needs no other. */
    public static String html(SimulationResult result) {
        return SimulationHtml.of(result);
    }
}
