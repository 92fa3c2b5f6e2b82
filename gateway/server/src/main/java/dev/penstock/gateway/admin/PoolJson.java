package dev.penstock.gateway.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.penstock.routing.Capability;
import dev.penstock.routing.ServedModel;
import dev.penstock.routing.Site;
import dev.penstock.routing.Worker;
import java.util.Locale;
import java.util.TreeMap;

/** A {@link PoolReport} as {@code GET /pool} answers it. */
final class PoolJson {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private PoolJson() {}

    static String of(PoolReport report) {
        ObjectNode root = MAPPER.createObjectNode();
        describe(report.site(), root.putObject("site"));
        ArrayNode workers = root.putArray("workers");
        report.workers().forEach(worker -> describe(worker, workers.addObject()));
        ObjectNode waiting = root.putObject("waiting");
        new TreeMap<>(report.waiting()).forEach(waiting::put);
        report.cluster().ifPresent(cluster -> {
            ObjectNode node = root.putObject("cluster");
            node.put("name", cluster.name());
            node.put("connected", cluster.connected());
            node.put("members", cluster.members());
        });
        try {
            return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a tree of nodes is always JSON", impossible);
        }
    }

    private static void describe(WorkerReport report, ObjectNode node) {
        Worker worker = report.worker();
        node.put("id", worker.id().value());
        node.put("source", report.announced() ? "announced" : report.penstock() ? "penstock" : "upstream");
        node.put("endpoint", worker.endpoint().toString());
        node.put("state", label(report.state()));
        node.put("in_flight", report.inFlight());
        node.put("reported_load", report.reportedLoad());
        node.put("capacity", worker.capacity());
        node.put("signal_age_ms", report.signalAgeMillis());
        ObjectNode link = node.putObject("link");
        if (report.link().rttSeconds() > 0) {
            link.put("rtt_ms", Math.round(report.link().rttSeconds() * 1e6) / 1e3);
        }
        link.put("loss_ratio", report.link().lossRatio());
        node.put("accelerator", label(worker.accelerator()));
        describe(worker.site(), node.putObject("site"));
        ArrayNode models = node.putArray("models");
        worker.models().forEach(model -> describe(model, models.addObject()));
    }

    private static void describe(Site site, ObjectNode node) {
        node.put("name", site.name());
        node.put("kind", label(site.kind()));
        node.put("region", site.region());
    }

    private static void describe(ServedModel model, ObjectNode node) {
        node.put("id", model.id().value());
        node.put("revision", model.revision());
        node.put("parameters", model.parameters());
        node.put("context_tokens", model.contextTokens());
        node.put("tokenizer", model.tokenizer());
        ArrayNode capabilities = node.putArray("capabilities");
        model.capabilities().stream().map(Capability::wireName).forEach(capabilities::add);
        model.price().ifPresent(price -> {
            ObjectNode dollars = node.putObject("price_per_million");
            dollars.put("input", price.inputPerMillion());
            dollars.put("output", price.outputPerMillion());
        });
    }

    static String label(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
