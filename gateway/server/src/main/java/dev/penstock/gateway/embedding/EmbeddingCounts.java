package dev.penstock.gateway.embedding;

import dev.penstock.gateway.embedding.EmbeddingMissedException.Reason;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** How many texts became vectors, and how many did not, by why. */
public final class EmbeddingCounts {
    private final LongAdder made = new LongAdder();
    private final Map<Reason, LongAdder> missed = new EnumMap<>(Reason.class);

    /** All 0. */
    public EmbeddingCounts() {
        for (Reason reason : Reason.values()) {
            missed.put(reason, new LongAdder());
        }
    }

    void countMade() {
        made.increment();
    }

    void countMissed(Reason reason) {
        of(reason).increment();
    }

    /** Texts that became vectors in time. */
    public long made() {
        return made.sum();
    }

    /** Texts that did not, for that reason. */
    public long missed(Reason reason) {
        return of(reason).sum();
    }

    private LongAdder of(Reason reason) {
        LongAdder count = missed.get(reason);
        if (count == null) {
            throw new IllegalStateException("no count of " + reason);
        }
        return count;
    }

    /** Shows them as {@code penstock_embeddings_total}, by {@code outcome}: made, late, busy or failed. */
    public void register(MeterRegistry registry) {
        counter(registry, "made", made);
        missed.forEach((reason, count) -> counter(registry, reason.name().toLowerCase(Locale.ROOT), count));
    }

    private static void counter(MeterRegistry registry, String outcome, LongAdder count) {
        FunctionCounter.builder("penstock.embeddings", count, LongAdder::sum)
                .description("Texts to be embedded, by what came of it")
                .tag("outcome", outcome)
                .register(registry);
    }
}
