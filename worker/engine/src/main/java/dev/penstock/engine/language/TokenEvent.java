package dev.penstock.engine.language;

import java.util.ArrayList;
import java.util.List;

/**
 * A piece of a completion.
 *
 * <p>Text comes in whole characters, and only once it cannot turn out to be the beginning of a stop string; tokens are
 * held back along with their text. One event may therefore carry several tokens.
 *
 * @param sequence which completion: 0 to {@code n - 1}
 * @param text to be appended; may be empty in an event that carries only tokens
 * @param tokenIds the tokens since the last event, in order
 * @param logprobs one for each of {@code tokenIds} where the request asked for log probabilities; empty otherwise
 * @param echo whether this is the prompt coming back, not a part of the completion
 */
public record TokenEvent(int sequence, String text, List<Integer> tokenIds, List<TokenLogprob> logprobs, boolean echo) {
    public TokenEvent {
        tokenIds = List.copyOf(tokenIds);
        logprobs = List.copyOf(logprobs);
    }

    /** This event and the next one of the same sequence, as one. */
    public TokenEvent merge(TokenEvent next) {
        if (next.sequence != sequence || next.echo != echo) {
            throw new IllegalArgumentException("sequence " + next.sequence + ", echo " + next.echo + " (expected: "
                    + sequence + ", " + echo + ")");
        }
        return new TokenEvent(
                sequence, text + next.text, join(tokenIds, next.tokenIds), join(logprobs, next.logprobs), echo);
    }

    private static <T> List<T> join(List<T> first, List<T> second) {
        List<T> all = new ArrayList<>(first.size() + second.size());
        all.addAll(first);
        all.addAll(second);
        return all;
    }
}
