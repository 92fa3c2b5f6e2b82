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
 * @param textLength how many characters (Unicode code points) the token adds to the text: 0 for a special token that is
 *     not shown, and for the first parts of a character, which comes with its last. A token begins in the text where the
 *     lengths of those before it end; a stop string may cut the last of them
 */
public record TokenLogprob(TokenText token, OptionalDouble logprob, List<Alternative> top, int textLength) {
    public TokenLogprob {
        top = List.copyOf(top);
        if (textLength < 0) {
            throw new IllegalArgumentException("textLength: " + textLength + " (expected: >= 0)");
        }
    }

    /** A token that adds the characters that begin in its bytes, as it does where none of them spans tokens. */
    public TokenLogprob(TokenText token, OptionalDouble logprob, List<Alternative> top) {
        this(token, logprob, top, token.characters());
    }

    /** This with another length of the text. */
    public TokenLogprob withTextLength(int length) {
        return new TokenLogprob(token, logprob, top, length);
    }

    /**
     * A token that might have been.
     *
     * @param token the token
     * @param logprob at most 0
     */
    public record Alternative(TokenText token, double logprob) {}
}
