package dev.penstock.engine.language;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** One sequence on its way through the batch: its tokens, and what becomes of its logits. Decode thread only. */
final class ActiveSequence {
    private final ActiveGeneration generation;
    private final int number;
    private final Sampler sampler;
    private final Completion completion;
    private int[] tokens;
    private int length;
    private boolean ended;

    ActiveSequence(ActiveGeneration generation, int number, Sampler sampler, Completion completion, int[] prompt) {
        this.generation = generation;
        this.number = number;
        this.sampler = sampler;
        this.completion = completion;
        this.tokens = Arrays.copyOf(prompt, prompt.length + 32);
        this.length = prompt.length;
    }

    ActiveGeneration generation() {
        return generation;
    }

    int number() {
        return number;
    }

    boolean hasEnded() {
        return ended;
    }

    /** Prompt and completion. */
    int[] tokens() {
        return Arrays.copyOf(tokens, length);
    }

    int lastToken() {
        return tokens[length - 1];
    }

    int completionTokens() {
        return completion.tokens();
    }

    /**
     * Chooses the next token and tells the listener.
     *
     * @param logits to be changed
     * @param raw the same logits, for log probabilities; only read
     */
    void advance(float[] logits, float[] raw, LogprobReader logprobs) {
        for (int id : completion.banned()) {
            logits[id] = Float.NEGATIVE_INFINITY;
        }
        int id = sampler.next(logits);
        if (length == tokens.length) {
            tokens = Arrays.copyOf(tokens, 2 * length);
        }
        tokens[length++] = id;
        OptionalInt top = generation.request().topLogprobs();
        Optional<FinishReason> reason =
                completion.accept(id, top.isPresent() ? logprobs.read(raw, id, top.getAsInt()) : null);
        reason.ifPresent(this::end);
    }

    /** Sends the prompt back, ahead of the completion; which may be all that was asked for. */
    void echo(List<TokenLogprob> logprobs) {
        List<Integer> ids = Arrays.stream(generation.prompt()).boxed().toList();
        generation.onToken(new TokenEvent(number, generation.promptText(), ids, logprobs, true));
        OptionalInt maxTokens = generation.request().stop().maxTokens();
        if (maxTokens.isPresent() && maxTokens.getAsInt() == 0) {
            end(FinishReason.LENGTH);
        }
    }

    /** Ends the sequence, if it has not ended. */
    void end(FinishReason reason) {
        if (!ended) {
            ended = true;
            generation.onSequenceEnd(completion.end(reason));
        }
    }
}
