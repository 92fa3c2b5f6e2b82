package dev.penstock.engine.language;

import dev.penstock.engine.InvalidRequestException;
import java.util.OptionalInt;

/**
 * What to generate.
 *
 * @param prompt what the model continues
 * @param sampling how tokens are chosen
 * @param stop when a sequence ends
 * @param sequences how many completions of the one prompt ({@code n}), 1 to 128; sequence {@code i} is drawn with
 *     {@code seed + i}
 * @param topLogprobs how many alternatives are reported with each token, 0 to 20; where absent, no log probabilities
 *     are reported at all
 * @param echo whether the prompt comes back ahead of each completion
 */
public record GenerationRequest(
        Prompt prompt, Sampling sampling, StopRules stop, int sequences, OptionalInt topLogprobs, boolean echo) {
    /** The most completions of one prompt. */
    public static final int SEQUENCES_LIMIT = 128;
    /** The most alternatives to a token. */
    public static final int TOP_LOGPROBS_LIMIT = 20;

    public GenerationRequest {
        if (sequences < 1 || sequences > SEQUENCES_LIMIT) {
            throw new InvalidRequestException(
                    "n", sequences + " (expected: an integer from 1 to " + SEQUENCES_LIMIT + ")");
        }
        if (topLogprobs.isPresent() && (topLogprobs.getAsInt() < 0 || topLogprobs.getAsInt() > TOP_LOGPROBS_LIMIT)) {
            throw new InvalidRequestException(
                    "top_logprobs",
                    topLogprobs.getAsInt() + " (expected: an integer from 0 to " + TOP_LOGPROBS_LIMIT + ")");
        }
        if (!echo && stop.maxTokens().isPresent() && stop.maxTokens().getAsInt() == 0) {
            throw new InvalidRequestException("max_tokens", "0 (expected: an integer >= 1; 0 only with echo)");
        }
    }

    /** One completion, without log probabilities. */
    public GenerationRequest(Prompt prompt, Sampling sampling, StopRules stop) {
        this(prompt, sampling, stop, 1, OptionalInt.empty(), false);
    }

    /** This request for this many completions. */
    public GenerationRequest withSequences(int count) {
        return new GenerationRequest(prompt, sampling, stop, count, topLogprobs, echo);
    }

    /** This request with log probabilities, and this many alternatives to each token. */
    public GenerationRequest withLogprobs(int alternatives) {
        return new GenerationRequest(prompt, sampling, stop, sequences, OptionalInt.of(alternatives), echo);
    }

    /** This request with the prompt returned. */
    public GenerationRequest withEcho() {
        return new GenerationRequest(prompt, sampling, stop, sequences, topLogprobs, true);
    }
}
