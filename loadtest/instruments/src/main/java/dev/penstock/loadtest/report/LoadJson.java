package dev.penstock.loadtest.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.penstock.loadtest.generator.Arrivals;
import dev.penstock.loadtest.generator.LoadPlan;
import dev.penstock.loadtest.generator.LoadResult;
import dev.penstock.loadtest.generator.LoadResult.KindResult;
import dev.penstock.loadtest.generator.LoadResult.Second;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/** A run of load as JSON. */
final class LoadJson {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private LoadJson() {}

    static String of(LoadPlan plan, LoadResult result) {
        ObjectNode root = JSON.objectNode().put("format", "penstock-load-1");
        root.set("plan", plan(plan));
        root.set("result", result(result));
        return root.toPrettyString() + "\n";
    }

    private static ObjectNode plan(LoadPlan plan) {
        ObjectNode node = JSON.objectNode().put("target", PlanWords.target(plan));
        node.put("has_api_key", plan.apiKey().isPresent());
        // Their values may be secrets.
        ArrayNode headers = node.putArray("header_names");
        plan.headers().keySet().stream().sorted().forEach(headers::add);
        node.set("arrivals", arrivals(plan.arrivals()));
        node.putObject("mix")
                .put("chat", plan.mix().chat())
                .put("stream", plan.mix().stream())
                .put("embedding", plan.mix().embedding());
        node.putObject("request")
                .put("model", plan.shape().model())
                .put("embedding_model", plan.shape().embeddingModel())
                .put("body_bytes", plan.shape().bodyBytes())
                .put("answer_tokens", plan.shape().tokens())
                .put("prompts", plan.shape().prompts());
        node.put("warm_up_seconds", seconds(plan.warmUp()))
                .put("length_seconds", seconds(plan.length()))
                .put("connections", plan.connections())
                .put("request_timeout_seconds", seconds(plan.requestTimeout()))
                .put("event_loops", plan.loops())
                .put("seed", plan.seed());
        plan.key()
                .ifPresent(key ->
                        node.putObject("answer_key").put("seed", key.seed()).put("token_bytes", key.tokenBytes()));
        node.putObject("slo")
                .put("first_token_ms", millis(plan.slo().timeToFirstToken().toNanos()))
                .put("inter_token_ms", millis(plan.slo().interToken().toNanos()))
                .put("end_to_end_ms", millis(plan.slo().endToEnd().toNanos()));
        return node;
    }

    private static ObjectNode arrivals(Arrivals arrivals) {
        ObjectNode node = JSON.objectNode();
        return switch (arrivals) {
            case Arrivals.Constant constant -> node.put("type", "constant").put("requests_per_second", constant.rate());
            case Arrivals.Poisson poisson -> node.put("type", "poisson").put("requests_per_second", poisson.rate());
            case Arrivals.Bursty bursty ->
                node.put("type", "bursty")
                        .put("requests_per_second", bursty.rate())
                        .put("burstiness", bursty.burstiness());
            case Arrivals.Trace trace ->
                node.put("type", "trace").put("file", trace.file().toString()).put("speedup", trace.speedup());
            case Arrivals.Saturating _ -> node.put("type", "saturating");
        };
    }

    private static ObjectNode result(LoadResult result) {
        ObjectNode node = JSON.objectNode()
                .put("elapsed_seconds", seconds(result.elapsed()))
                .put("right_per_second", result.rightPerSecond())
                .put("goodput_per_second", result.goodput())
                .put("failed", result.failed());
        ObjectNode kinds = node.putObject("kinds");
        new TreeMap<>(result.kinds()).forEach((kind, requests) -> kinds.set(kind.label(), kind(requests)));
        node.set("send_lag_ms", latency(result.sendLag()));
        node.set("seconds", secondsOf(result.seconds()));
        return node;
    }

    private static ObjectNode kind(KindResult kind) {
        ObjectNode node = JSON.objectNode()
                .put("sent", kind.sent())
                .put("right", kind.right())
                .put("good", kind.good())
                .put("failed", kind.failed());
        ObjectNode failures = node.putObject("failures");
        new TreeMap<>(kind.failures()).forEach((failure, count) -> failures.put(failure.label(), count));
        node.put("tokens", kind.tokens()).put("body_bytes", kind.bodyBytes());
        node.set("end_to_end_ms", latency(kind.endToEnd()));
        if (kind.timeToFirstToken().getTotalCount() > 0) {
            node.set("first_token_ms", latency(kind.timeToFirstToken()));
        }
        if (kind.interToken().getTotalCount() > 0) {
            node.set("inter_token_ms", latency(kind.interToken()));
        }
        return node;
    }

    private static ObjectNode latency(Histogram nanos) {
        ObjectNode node = JSON.objectNode().put("count", nanos.getTotalCount());
        if (nanos.getTotalCount() == 0) {
            return node;
        }
        node.put("min", millis(nanos.getMinValue()))
                .put("mean", nanos.getMean() / 1e6)
                .put("p50", millis(nanos.getValueAtPercentile(50)))
                .put("p90", millis(nanos.getValueAtPercentile(90)))
                .put("p99", millis(nanos.getValueAtPercentile(99)))
                .put("p99_9", millis(nanos.getValueAtPercentile(99.9)))
                .put("max", millis(nanos.getMaxValue()));
        ArrayNode curve = node.putArray("curve");
        nanos.percentiles(5).forEach(step -> curve.addObject()
                .put("percentile", step.getPercentileLevelIteratedTo())
                .put("value", millis(step.getValueIteratedTo())));
        return node;
    }

    private static ArrayNode secondsOf(List<Second> seconds) {
        ArrayNode array = JSON.arrayNode();
        for (Second second : seconds) {
            array.addObject()
                    .put("right", second.right())
                    .put("failed", second.failed())
                    .put("p50_ms", millis(second.p50Nanos()))
                    .put("p99_ms", millis(second.p99Nanos()));
        }
        return array;
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    private static double millis(long nanos) {
        return nanos / 1e6;
    }
}
