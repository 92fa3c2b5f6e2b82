package dev.penstock.gateway.ledger;

import dev.penstock.gateway.pipeline.Charge;
import dev.penstock.gateway.pipeline.Principal;
import dev.penstock.gateway.pipeline.RequestRecord;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.TokenUsage;
import dev.penstock.routing.WorkerId;
import dev.penstock.store.LedgerEntry;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.OptionalLong;

/** Finished requests as entries of the ledger. */
final class Entries {
    private Entries() {}

    /**
     * The entry of a request that a worker was asked to run, or that was answered from memory.
     *
     * @param id of this gateway's making
     * @param node the gateway
     */
    static LedgerEntry of(RequestRecord record, String id, String node, Instant now) {
        Principal principal = record.principal().orElse(Principal.ANONYMOUS);
        TokenUsage usage = Charge.usage(record.charges());
        return new LedgerEntry(
                id,
                now,
                node,
                record.id(),
                principal.tenant(),
                principal.project(),
                principal.id(),
                record.operation().name().toLowerCase(Locale.ROOT),
                record.asked().map(ModelId::value).orElse(""),
                record.model().map(ModelId::value).orElse(""),
                record.worker().map(WorkerId::value).orElse(""),
                record.site(),
                record.policy(),
                record.memory().state(),
                record.result(),
                record.attempts(),
                new LedgerEntry.Tokens(
                        usage.promptTokens(),
                        usage.cachedTokens(),
                        usage.completionTokens(),
                        usage.reasoningTokens(),
                        usage.estimated()),
                record.charges().isEmpty() ? OptionalLong.of(0) : Charge.nanoUsd(record.charges()),
                record.memory().savedNanoUsd(),
                record.timeToFirstToken().isPresent()
                        ? OptionalLong.of(micros(record.timeToFirstToken().get()))
                        : OptionalLong.empty(),
                micros(record.total()),
                record.draws().stream()
                        .map(draw -> new LedgerEntry.Draw(draw.lease(), draw.amount()))
                        .toList());
    }

    private static long micros(Duration duration) {
        return duration.toNanos() / 1_000;
    }
}
