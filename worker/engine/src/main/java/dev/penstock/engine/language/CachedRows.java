package dev.penstock.engine.language;

import dev.penstock.engine.EngineException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The sequences that a step computes, oldest first, and the cache with a row for each of them. Decode thread only. */
final class CachedRows {
    private final Decoder decoder;
    private final CacheLimit limit;
    private final List<ActiveSequence> rows = new ArrayList<>();
    /** By row: tokens that the cache holds. */
    private int[] cached = new int[0];

    private Optional<Decoder.Cache> cache = Optional.empty();

    CachedRows(Decoder decoder, CacheLimit limit) {
        this.decoder = decoder;
        this.limit = limit;
    }

    int size() {
        return rows.size();
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    boolean haveEnded() {
        return rows.stream().anyMatch(ActiveSequence::hasEnded);
    }

    ActiveSequence get(int row) {
        return rows.get(row);
    }

    /** Places of each row, padding included. */
    int length() {
        return cache.map(Decoder.Cache::length).orElse(0);
    }

    /** Computes one token for every row; empty where that failed, which ends them all. */
    Optional<Decoder.Logits> run() {
        int[] tokens = new int[rows.size()];
        int[] padding = new int[rows.size()];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = rows.get(i).lastToken();
            padding[i] = length() - cached[i];
        }
        Decoder.Step step;
        try {
            Optional<Decoder.Cache> past = cache;
            cache = Optional.empty();
            step = decoder.run(tokens, tokens.length, padding, past);
        } catch (RuntimeException e) {
            fail(e);
            return Optional.empty();
        }
        cache = Optional.of(step.cache());
        for (int i = 0; i < tokens.length; i++) {
            cached[i]++;
        }
        return Optional.of(step.logits());
    }

    /** Takes the youngest rows out, down to this many; the cache keeps them until rows are regrouped. */
    List<ActiveSequence> cut(int size) {
        List<ActiveSequence> beyond = rows.subList(size, rows.size());
        List<ActiveSequence> out = List.copyOf(beyond);
        beyond.clear();
        return out;
    }

    /**
     * Forms the rows anew, without those that have ended and with as many of those that are ready as there is room for.
     *
     * @param ready computed prompts, whose caches are closed
     * @return the sequences without room, in order
     */
    List<ActiveSequence> regroup(List<Prefill> ready) {
        Set<Decoder.Cache> sources = new LinkedHashSet<>();
        cache.ifPresent(sources::add);
        List<Decoder.Row> kept = new ArrayList<>();
        List<ActiveSequence> members = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            if (!rows.get(i).hasEnded()) {
                members.add(rows.get(i));
                kept.add(new Decoder.Row(cache.orElseThrow(), i, cached[i]));
            }
        }
        List<ActiveSequence> out = new ArrayList<>();
        for (Prefill prefill : ready) {
            Decoder.Cache source = prefill.cache().orElseThrow();
            sources.add(source);
            Decoder.Row row = new Decoder.Row(source, 0, prefill.length());
            for (ActiveSequence sequence : prefill.unended()) {
                if (out.isEmpty() && fits(kept, row)) {
                    members.add(sequence);
                    kept.add(row);
                } else {
                    out.add(sequence); // whoever comes after it waits too, or it would be overtaken for ever
                }
            }
        }
        rows.clear();
        rows.addAll(members);
        cached = kept.stream().mapToInt(Decoder.Row::tokens).toArray();
        combine(kept, sources);
        return out;
    }

    /** Whether one more row leaves room for a step. */
    private boolean fits(List<Decoder.Row> kept, Decoder.Row more) {
        int longest = kept.stream().mapToInt(Decoder.Row::tokens).reduce(more.tokens(), Math::max);
        return kept.isEmpty() || limit.holds(kept.size() + 1, longest + 1);
    }

    private void combine(List<Decoder.Row> kept, Set<Decoder.Cache> sources) {
        cache = Optional.empty();
        if (!kept.isEmpty()) {
            Decoder.Row first = kept.getFirst();
            boolean isWhole = kept.size() == 1
                    && first.cache().rows() == 1
                    && first.cache().length() == first.tokens();
            try {
                cache = Optional.of(isWhole ? first.cache() : decoder.gather(kept));
            } catch (RuntimeException e) {
                fail(e);
            }
        }
        cache.ifPresent(sources::remove);
        sources.forEach(Decoder.Cache::close);
    }

    private void fail(RuntimeException cause) {
        Optional<EngineException> why = Optional.of(DecodeLoop.failed(cause));
        List<ActiveSequence> failed = List.copyOf(rows);
        rows.clear();
        cached = new int[0];
        failed.forEach(row -> row.generation().endAll(FinishReason.ERROR, why));
    }

    /** Frees the memory. */
    void close() {
        rows.clear();
        cache.ifPresent(Decoder.Cache::close);
        cache = Optional.empty();
    }
}
