package dev.penstock.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.penstock.gateway.admin.CacheRoutes;
import dev.penstock.gateway.cache.AnswerCache;
import dev.penstock.gateway.cache.CacheReport;
import dev.penstock.gateway.cache.Purge;
import java.math.BigDecimal;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;

/** A memory as operators see it. */
record MemoryOverview(AnswerCache cache, InstantSource clock) implements CacheRoutes.MemoryReport {
    private static final int NANO_DIGITS = 9;

    @Override
    public void report(ObjectNode to) {
        CacheReport report = cache.report();
        to.put("since", report.since().toString());
        to.put("entries", report.entries());
        to.put("bytes", report.bytes());
        ObjectNode semantic = to.putObject("semantic");
        semantic.put("mode", report.mode());
        report.maxFalseHitRate().ifPresent(rate -> semantic.put("max_false_hit_rate", rate));
        var lines = to.putArray("lines");
        report.lines().stream()
                .sorted(Comparator.comparing(CacheReport.Line::tenant).thenComparing(CacheReport.Line::model))
                .forEach(line -> write(lines.addObject(), line));
    }

    private static void write(ObjectNode node, CacheReport.Line line) {
        node.put("tenant", line.tenant());
        node.put("model", line.model());
        node.put("exact", line.exact());
        node.put("semantic", line.semantic());
        node.put("missed", line.missed());
        node.put("saved_usd", dollars(line.savedNanoUsd()));
        node.put("saved_tokens", line.savedTokens());
        ObjectNode would = node.putObject("by_meaning");
        would.put("found", line.would());
        would.put("would_save_usd", dollars(line.wouldSaveNanoUsd()));
        would.put("would_save_tokens", line.wouldSaveTokens());
        would.put("checked", line.checked());
        would.put("wrong", line.wrong());
        would.put("wrong_at_least", line.wrongAtLeast());
        would.put("wrong_at_most", line.wrongAtMost());
        line.threshold().ifPresentOrElse(least -> would.put("threshold", least), () -> would.putNull("threshold"));
    }

    private static BigDecimal dollars(long nanoUsd) {
        return BigDecimal.valueOf(nanoUsd, NANO_DIGITS).stripTrailingZeros();
    }

    @Override
    public int purge(Map<String, String> scope) {
        return cache.purge(new Purge(
                value(scope, "tenant"),
                value(scope, "key"),
                value(scope, "model"),
                value(scope, "entry"),
                clock.instant()));
    }

    private static Optional<String> value(Map<String, String> scope, String name) {
        return Optional.ofNullable(scope.get(name));
    }
}
