package dev.penstock.engine.language;

import java.util.List;
import java.util.OptionalDouble;

/**
 * How likely a token was. Log probabilities are natural logarithms and those of the model's own distribution: the
 * softmax of its logits before penalties, bias, temperature and truncation.
 *
 * @param token the token
 * @param logprob at most 0; absent for the first token of an echoed prompt, which follows nothing
 * @param top the likeliest tokens at this place, most likely first, as many as were asked for; the token itself need
 *     not be among them
 */
public record TokenLogprob(TokenText token, OptionalDouble logprob, List<Alternative> top) {
    public TokenLogprob {
        top = List.copyOf(top);
    }

    /**
     * A token that might have been.
     *
     * @param token the token
     * @param logprob at most 0
     */
    public record Alternative(TokenText token, double logprob) {}
}
