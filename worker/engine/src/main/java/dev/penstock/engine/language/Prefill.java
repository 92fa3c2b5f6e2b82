package dev.penstock.engine.language;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Tokens still to be computed before sequences can join: a prompt, or all of a sequence that was put out. */
final class Prefill {
    private final int[] tokens;
    private final List<ActiveSequence> sequences;
    private final List<TokenLogprob> echoed = new ArrayList<>();
    private Optional<Decoder.Cache> cache = Optional.empty();
    private int done;

    Prefill(int[] tokens, List<ActiveSequence> sequences) {
        this.tokens = tokens;
        this.sequences = sequences;
    }

    int length() {
        return tokens.length;
    }

    List<ActiveSequence> sequences() {
        return sequences;
    }

    List<ActiveSequence> unended() {
        return sequences.stream().filter(sequence -> !sequence.hasEnded()).toList();
    }

    ActiveGeneration generation() {
        return sequences.getFirst().generation();
    }

    Optional<Decoder.Cache> cache() {
        return cache;
    }

    /** Tokens computed so far. */
    int done() {
        return done;
    }

    /** Tokens still to be computed. */
    int left() {
        return tokens.length - done;
    }

    boolean isDone() {
        return done == tokens.length;
    }

    boolean hasEnded() {
        return sequences.stream().allMatch(ActiveSequence::hasEnded);
    }

    /**
     * Computes the next tokens.
     *
     * @param limit how many at most
     * @param raw where the logits of the last of them go, once done; scratch before
     * @return how many
     */
    int advance(Decoder decoder, int limit, float[] raw, LogprobReader logprobs) {
        int size = Math.min(limit, tokens.length - done);
        int[] chunk = new int[size];
        System.arraycopy(tokens, done, chunk, 0, size);
        Optional<Decoder.Cache> past = cache;
        cache = Optional.empty();
        Decoder.Step step = decoder.run(chunk, 1, new int[1], past);
        cache = Optional.of(step.cache());
        if (echoesLogprobs()) {
            readEcho(step.logits(), size, raw, logprobs);
        }
        done += size;
        if (isDone()) {
            step.logits().read(0, size - 1, raw);
        }
        return size;
    }

    /** Gives back what was computed; it is computed again from the start, if at all. */
    void reset() {
        cache.ifPresent(Decoder.Cache::close);
        cache = Optional.empty();
        done = 0;
        echoed.clear();
    }

    private boolean echoesLogprobs() {
        GenerationRequest request = generation().request();
        return request.echo()
                && request.topLogprobs().isPresent()
                && sequences.getFirst().completionTokens() == 0;
    }

    private void readEcho(Decoder.Logits logits, int size, float[] raw, LogprobReader logprobs) {
        int top = generation().request().topLogprobs().orElse(0);
        if (done == 0) {
            echoed.add(logprobs.first(tokens[0]));
        }
        for (int column = 0; column < size && done + column + 1 < tokens.length; column++) {
            logits.read(0, column, raw);
            echoed.add(logprobs.read(raw, tokens[done + column + 1], top));
        }
    }

    /** The prompt's own log probabilities, where they are wanted. */
    List<TokenLogprob> echoed() {
        return echoed;
    }
}
