package dev.penstock.engine.language;

import dev.penstock.engine.EngineException;
import dev.penstock.engine.PromptCounters;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The sequences that are being computed, and their keys and values. Decode thread only.
 *
 * <p>The limit of cached tokens holds for all that is kept from one run to the next: the rows, padding included, and
 * prompts that are partly computed. While rows are rearranged or grow by a token, the runtime holds old and new at once.
 * Where room runs out, partly computed prompts go first, then the youngest rows; both are computed again, ahead of
 * others, when there is room.
 */
final class RunningBatch {
    /** The most logits of one run: a long prompt over a large vocabulary is cut into smaller chunks. */
    private static final int LOGITS_LIMIT = 1 << 24;

    private final Decoder decoder;
    private final int prefillTokens;
    private final CacheLimit limit;
    private final LogprobReader logprobs;
    private final PromptCounters counters;
    private final float[] raw;
    private final float[] logits;

    /** All that joined and have not ended, whichever of the places below their sequences are in. */
    private final Set<ActiveGeneration> generations = new LinkedHashSet<>();
    /** To be computed, in order. Only the first may be partly so. */
    private final Deque<Prefill> prefills = new ArrayDeque<>();
    /** Computed, not yet rows. */
    private final List<Prefill> ready = new ArrayList<>();

    private final CachedRows rows;

    RunningBatch(Decoder decoder, LanguageOptions options, LogprobReader logprobs, PromptCounters counters) {
        this.decoder = decoder;
        this.prefillTokens = options.prefillTokens();
        this.limit = new CacheLimit(options.cachedTokensLimit());
        this.rows = new CachedRows(decoder, limit);
        this.logprobs = logprobs;
        this.counters = counters;
        this.raw = new float[decoder.vocabularySize()];
        this.logits = new float[decoder.vocabularySize()];
    }

    void join(ActiveGeneration generation) {
        generations.add(generation);
        prefills.add(new Prefill(generation.prompt(), generation.sequences()));
        counters.joined(generation.promptTokens());
    }

    boolean isEmpty() {
        return prefills.isEmpty() && rows.isEmpty();
    }

    /** Sequences computed or about to be. */
    int sequences() {
        return generations.stream().mapToInt(ActiveGeneration::running).sum();
    }

    int cachedTokens() {
        return rows.size() * rows.length()
                + prefills.stream().mapToInt(Prefill::done).sum();
    }

    /**
     * Whether the cache would hold more sequences beside all that have joined, with some room to grow.
     *
     * @param tokens the longest of them
     * @param count how many
     */
    boolean hasRoomFor(int tokens, int count) {
        int longest = Math.max(tokens, rows.length());
        for (Prefill prefill : prefills) {
            longest = Math.max(longest, prefill.length());
        }
        return limit.holdsGrowing(sequences() + count, longest);
    }

    /** Ends what was cancelled. */
    void retire() {
        for (ActiveGeneration generation : generations) {
            if (generation.isCancelled()) {
                generation.endAll(FinishReason.CANCELLED, Optional.empty());
            }
        }
        generations.removeIf(generation -> generation.running() == 0);
        for (Prefill prefill : List.copyOf(prefills)) {
            if (prefill.hasEnded()) {
                prefills.remove(prefill);
                prefill.reset();
            }
        }
        countLeft();
    }

    private void countLeft() {
        counters.leftInBatch(prefills.stream().mapToLong(Prefill::left).sum());
    }

    /** Computes prompts, up to the limit of tokens, and forms the batch anew where sequences join or have ended. */
    void prefill() {
        if (rows.haveEnded() && !prefills.isEmpty() && !mayCompute(prefills.getFirst())) {
            regroup(); // the places of those that ended may be all that is missing
        }
        int budget = prefillTokens;
        while (budget > 0 && !prefills.isEmpty() && mayCompute(prefills.getFirst())) {
            budget -= compute(prefills.getFirst(), budget);
        }
        if (!ready.isEmpty() || rows.haveEnded()) {
            regroup();
        }
    }

    /**
     * Whether there is room beside the rows and what is ready. What waits behind is not counted: it would keep the first
     * from ever going on.
     */
    private boolean mayCompute(Prefill next) {
        if (next.done() > 0 || (rows.isEmpty() && ready.isEmpty())) {
            return true; // its room is kept, or nothing else takes any
        }
        int count = rows.size() + next.sequences().size();
        int longest = Math.max(rows.length(), next.length());
        for (Prefill prefill : ready) {
            count += prefill.sequences().size();
            longest = Math.max(longest, prefill.length());
        }
        return limit.holdsGrowing(count, longest);
    }

    /** Computes a part of the first prompt; how many tokens. */
    private int compute(Prefill next, int budget) {
        int most = Math.clamp(LOGITS_LIMIT / decoder.vocabularySize(), 1, budget);
        int computed;
        try {
            computed = next.advance(decoder, most, raw, logprobs);
        } catch (RuntimeException e) {
            prefills.remove(next);
            next.reset();
            countLeft();
            next.generation().endAll(FinishReason.ERROR, Optional.of(DecodeLoop.failed(e)));
            return 0;
        }
        if (next.isDone()) {
            prefills.removeFirst();
            ready.add(next);
        }
        // Before its first token is told: the answer that begins with it tells the counts.
        counters.computed(computed);
        countLeft();
        if (next.isDone()) {
            begin(next);
        }
        return computed;
    }

    /** Chooses the first tokens, from the logits after the last of the prompt. */
    private void begin(Prefill prefill) {
        ActiveGeneration generation = prefill.generation();
        boolean echoes =
                generation.request().echo() && prefill.sequences().getFirst().completionTokens() == 0;
        List<TokenLogprob> echoed = echoes ? logprobs.measure(generation.promptText(), prefill.echoed()) : List.of();
        for (ActiveSequence sequence : prefill.sequences()) {
            guard(generation, () -> {
                if (echoes && !sequence.hasEnded()) {
                    sequence.echo(echoed);
                }
                advance(sequence);
            });
        }
    }

    /** Chooses a sequence's next token from the raw logits. */
    private void advance(ActiveSequence sequence) {
        if (!sequence.hasEnded()) {
            System.arraycopy(raw, 0, logits, 0, raw.length);
            sequence.advance(logits, raw, logprobs);
        }
    }

    /** Whatever goes wrong with one generation is its own end, not that of the others. */
    private static void guard(ActiveGeneration generation, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            generation.endAll(FinishReason.ERROR, Optional.of(DecodeLoop.failed(e)));
        }
    }

    /** Computes one token for every row. */
    void step() {
        evict();
        countLeft();
        if (rows.isEmpty()) {
            return;
        }
        rows.run().ifPresent(stepped -> {
            for (int i = 0; i < rows.size(); i++) {
                int row = i;
                ActiveSequence sequence = rows.get(i);
                guard(sequence.generation(), () -> {
                    stepped.read(row, 0, raw);
                    advance(sequence);
                });
            }
        });
    }

    /** Makes room for the next step. */
    private void evict() {
        if (rows.isEmpty()) {
            return;
        }
        int length = rows.length() + 1;
        long begun = prefills.stream()
                .filter(prefill -> prefill.done() > 0)
                .mapToLong(Prefill::length)
                .sum();
        if ((long) rows.size() * length + begun > limit.tokens()) {
            prefills.forEach(Prefill::reset);
        }
        int fitting = limit.rows(length);
        if (rows.size() > fitting) {
            putOut(rows.cut(fitting));
            regroup();
        }
    }

    /** Sequences go back to the head of what is to be computed, and what was begun gives its room back. */
    private void putOut(List<ActiveSequence> sequences) {
        if (!sequences.isEmpty()) {
            prefills.forEach(Prefill::reset);
            for (ActiveSequence sequence : sequences.reversed()) {
                prefills.addFirst(new Prefill(sequence.tokens(), List.of(sequence)));
            }
        }
    }

    private void regroup() {
        List<Prefill> joining = List.copyOf(ready);
        ready.clear();
        putOut(rows.regroup(joining));
    }

    /** Ends everything, then frees the memory. */
    void close(FinishReason reason, Optional<EngineException> why) {
        generations.forEach(generation -> generation.endAll(reason, why));
        generations.clear();
        prefills.forEach(Prefill::reset);
        prefills.clear();
        ready.forEach(Prefill::reset);
        ready.clear();
        rows.close();
        decoder.close();
    }
}
