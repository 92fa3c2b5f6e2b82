package dev.penstock.engine.language;

import dev.penstock.engine.EngineException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The sequences that are being computed, and their keys and values. Decode thread only. */
final class RunningBatch {
    /** The most logits of one run: a long prompt over a large vocabulary is cut into smaller chunks. */
    private static final int LOGITS_LIMIT = 1 << 24;

    private final Decoder decoder;
    private final LanguageOptions options;
    private final LogprobReader logprobs;
    private final float[] raw;
    private final float[] logits;

    private final Deque<Prefill> prefills = new ArrayDeque<>();
    private final List<ActiveSequence> rows = new ArrayList<>();
    /** By row: tokens that the cache holds. */
    private int[] cached = new int[0];

    private Optional<Decoder.Cache> cache = Optional.empty();

    RunningBatch(Decoder decoder, LanguageOptions options, LogprobReader logprobs) {
        this.decoder = decoder;
        this.options = options;
        this.logprobs = logprobs;
        this.raw = new float[decoder.vocabularySize()];
        this.logits = new float[decoder.vocabularySize()];
    }

    void join(ActiveGeneration generation) {
        prefills.add(new Prefill(generation.prompt(), generation.sequences()));
    }

    boolean isEmpty() {
        return prefills.isEmpty() && rows.isEmpty();
    }

    /** Sequences computed or about to be. */
    int sequences() {
        int count = 0;
        for (ActiveSequence row : rows) {
            count += row.hasEnded() ? 0 : 1;
        }
        for (Prefill prefill : prefills) {
            count += prefill.sequences().size();
        }
        return count;
    }

    int cachedTokens() {
        return rows.size() * cache.map(Decoder.Cache::length).orElse(0);
    }

    /** Whether the cache would hold this many more sequences of this length, with some room to grow. */
    boolean hasRoomFor(int tokens, int count) {
        int longest = Math.max(tokens, cache.map(Decoder.Cache::length).orElse(0)) + 64;
        for (Prefill prefill : prefills) {
            longest = Math.max(longest, prefill.length());
        }
        return (long) longest * (sequences() + count) <= options.cachedTokensLimit();
    }

    /** Ends what was cancelled. */
    void retire() {
        for (Prefill prefill : List.copyOf(prefills)) {
            if (prefill.generation().isCancelled() || prefill.hasEnded()) {
                drop(prefill, FinishReason.CANCELLED, Optional.empty());
            }
        }
        for (ActiveSequence row : rows) {
            if (row.generation().isCancelled()) {
                row.end(FinishReason.CANCELLED);
            }
        }
    }

    private void drop(Prefill prefill, FinishReason reason, Optional<EngineException> why) {
        prefills.remove(prefill);
        prefill.cache().ifPresent(Decoder.Cache::close);
        prefill.generation().endAll(reason, why);
    }

    /** Computes prompts, up to the limit of tokens, and forms the batch anew where sequences join or have ended. */
    void prefill() {
        int budget = options.prefillTokens();
        List<Prefill> ready = new ArrayList<>();
        while (budget > 0 && !prefills.isEmpty()) {
            Prefill next = prefills.getFirst();
            if (!(rows.isEmpty() && ready.isEmpty())
                    && next.sequences().getFirst().completionTokens() > 0
                    && !hasRoomFor(next.length(), 0)) {
                break; // it was put out for want of room, and there is none yet
            }
            int limit = Math.clamp(LOGITS_LIMIT / decoder.vocabularySize(), 1, budget);
            try {
                budget -= next.advance(decoder, limit, raw, logprobs);
            } catch (RuntimeException e) {
                drop(next, FinishReason.ERROR, Optional.of(DecodeLoop.failed(e)));
                continue;
            }
            if (next.isDone()) {
                prefills.removeFirst();
                ready.add(next);
                begin(next);
            }
        }
        if (!ready.isEmpty() || rows.stream().anyMatch(ActiveSequence::hasEnded)) {
            regroup(ready);
        }
    }

    /** Chooses the first tokens, from the logits after the last of the prompt. */
    private void begin(Prefill prefill) {
        for (ActiveSequence sequence : prefill.sequences()) {
            if (prefill.generation().request().echo() && sequence.completionTokens() == 0) {
                sequence.echo(prefill.echoed());
            }
            advance(sequence);
        }
    }

    /** Chooses a sequence's next token from the raw logits. */
    private void advance(ActiveSequence sequence) {
        if (sequence.hasEnded()) {
            return;
        }
        System.arraycopy(raw, 0, logits, 0, raw.length);
        try {
            sequence.advance(logits, raw, logprobs);
        } catch (ArithmeticException e) {
            sequence.generation().endAll(FinishReason.ERROR, Optional.of(DecodeLoop.failed(e)));
        }
    }

    /** Computes one token for every row. */
    void step() {
        evict();
        if (rows.isEmpty()) {
            return;
        }
        int length = cache.map(Decoder.Cache::length).orElse(0);
        int[] tokens = new int[rows.size()];
        int[] padding = new int[rows.size()];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = rows.get(i).lastToken();
            padding[i] = length - cached[i];
        }
        Decoder.Step step;
        try {
            Optional<Decoder.Cache> past = cache;
            cache = Optional.empty();
            step = decoder.run(tokens, tokens.length, padding, past);
        } catch (RuntimeException e) {
            fail(e);
            return;
        }
        cache = Optional.of(step.cache());
        for (int i = 0; i < tokens.length; i++) {
            cached[i]++;
            step.logits().read(i, 0, raw);
            advance(rows.get(i));
        }
    }

    /** Puts the youngest rows out while the next step would not fit; they are computed again when there is room. */
    private void evict() {
        int length = cache.map(Decoder.Cache::length).orElse(0) + 1;
        int fitting = Math.max(1, options.cachedTokensLimit() / length);
        if (rows.size() <= fitting) {
            return;
        }
        List<ActiveSequence> out = List.copyOf(rows.subList(fitting, rows.size()));
        for (ActiveSequence sequence : out.reversed()) {
            prefills.addFirst(new Prefill(sequence.tokens(), List.of(sequence)));
        }
        rows.subList(fitting, rows.size()).clear();
        regroup(List.of());
    }

    /** Forms the batch anew, without the rows that ended and with those that are ready. */
    private void regroup(List<Prefill> ready) {
        List<Decoder.Row> kept = new ArrayList<>();
        List<ActiveSequence> members = new ArrayList<>();
        Set<Decoder.Cache> sources = new LinkedHashSet<>();
        cache.ifPresent(sources::add);
        for (int i = 0; i < rows.size(); i++) {
            if (!rows.get(i).hasEnded()) {
                members.add(rows.get(i));
                kept.add(new Decoder.Row(cache.orElseThrow(), i, cached[i]));
            }
        }
        for (Prefill prefill : ready) {
            Decoder.Cache source = prefill.cache().orElseThrow();
            sources.add(source);
            for (ActiveSequence sequence : prefill.sequences()) {
                if (!sequence.hasEnded()) {
                    members.add(sequence);
                    kept.add(new Decoder.Row(source, 0, prefill.length()));
                }
            }
        }
        rows.clear();
        rows.addAll(members);
        cached = kept.stream().mapToInt(Decoder.Row::tokens).toArray();
        cache = Optional.empty();
        try {
            cache = combine(kept);
        } catch (RuntimeException e) {
            fail(e);
        }
        cache.ifPresent(sources::remove);
        sources.forEach(Decoder.Cache::close);
    }

    private Optional<Decoder.Cache> combine(List<Decoder.Row> kept) {
        if (kept.isEmpty()) {
            return Optional.empty();
        }
        Decoder.Row first = kept.getFirst();
        boolean isWhole =
                kept.size() == 1 && first.cache().rows() == 1 && first.cache().length() == first.tokens();
        return Optional.of(isWhole ? first.cache() : decoder.gather(kept));
    }

    private void fail(RuntimeException cause) {
        Optional<EngineException> why = Optional.of(DecodeLoop.failed(cause));
        List<ActiveSequence> failed = List.copyOf(rows);
        rows.clear();
        cached = new int[0];
        failed.forEach(row -> row.generation().endAll(FinishReason.ERROR, why));
    }

    /** Cancels everything and frees the memory. */
    void close() {
        List.copyOf(prefills).forEach(prefill -> drop(prefill, FinishReason.CANCELLED, Optional.empty()));
        rows.forEach(row -> row.end(FinishReason.CANCELLED));
        rows.clear();
        cache.ifPresent(Decoder.Cache::close);
        cache = Optional.empty();
        decoder.close();
    }
}
