package dev.penstock.gateway.cache;

import dev.penstock.cache.bound.ErrorWatch;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * What memory did for each tenant and model, and how far it can be trusted with them. Where there are more of those than can be
 * told apart, the rest have one tally together. Thread safe.
 */
final class Tallies {
    private static final int MOST = 4_096;
    private static final Whose REST = new Whose("", "");

    private final Map<Whose, Tally> all = new ConcurrentHashMap<>();
    private final Supplier<ErrorWatch> watches;

    /** Whose questions, to which model. Empty both: the rest. */
    record Whose(String tenant, String model) {}

    /** Counts, and what is known of errors. */
    static final class Tally {
        final ErrorWatch watch;
        final LongAdder exact = new LongAdder();
        final LongAdder semantic = new LongAdder();
        final LongAdder missed = new LongAdder();
        /** Questions that memory would have answered: those that it did, and those that it did not for being watched or checked. */
        final LongAdder would = new LongAdder();

        final LongAdder checked = new LongAdder();
        final LongAdder wrong = new LongAdder();
        final LongAdder savedNanoUsd = new LongAdder();
        final LongAdder savedTokens = new LongAdder();
        final LongAdder wouldSaveNanoUsd = new LongAdder();
        final LongAdder wouldSaveTokens = new LongAdder();

        private Tally(ErrorWatch watch) {
            this.watch = watch;
        }

        void saved(StoredAnswer answer) {
            savedNanoUsd.add(known(answer.nanoUsd()));
            savedTokens.add(answer.used().totalTokens());
        }

        void wouldSave(StoredAnswer answer) {
            would.increment();
            wouldSaveNanoUsd.add(known(answer.nanoUsd()));
            wouldSaveTokens.add(answer.used().totalTokens());
        }

        private static long known(OptionalLong nanoUsd) {
            return nanoUsd.orElse(0);
        }
    }

    /** @param watches a watch that has seen nothing */
    Tallies(Supplier<ErrorWatch> watches) {
        this.watches = watches;
    }

    Tally of(String tenant, String model) {
        Whose whose = new Whose(tenant, model);
        Tally known = all.get(whose);
        if (known != null) {
            return known;
        }
        return all.computeIfAbsent(all.size() < MOST ? whose : REST, fresh -> new Tally(watches.get()));
    }

    List<Map.Entry<Whose, Tally>> entries() {
        return List.copyOf(all.entrySet());
    }
}
