package dev.penstock.engine.language;

import dev.penstock.engine.InvalidRequestException;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * When a sequence ends.
 *
 * @param maxTokens the most tokens of the completion; where absent, as many as the context holds. 0 only together with
 *     {@link GenerationRequest#echo}
 * @param minTokens end-of-sequence tokens, stop tokens and stop strings do not end the sequence before this many tokens
 * @param strings texts that end the sequence and are not part of it; each may span tokens
 * @param tokenIds tokens that end the sequence, beside the model's own
 * @param ignoreEos whether the model's own end-of-sequence tokens are passed over
 */
public record StopRules(
        OptionalInt maxTokens, int minTokens, List<String> strings, Set<Integer> tokenIds, boolean ignoreEos) {
    /** The most stop strings of one request. */
    public static final int STRINGS_LIMIT = 16;
    /** The most characters of one stop string. */
    public static final int STRING_LENGTH_LIMIT = 1024;

    public StopRules {
        if (maxTokens.isPresent() && maxTokens.getAsInt() < 0) {
            throw new InvalidRequestException("max_tokens", maxTokens.getAsInt() + " (expected: an integer >= 1)");
        }
        if (minTokens < 0 || (maxTokens.isPresent() && minTokens > maxTokens.getAsInt())) {
            throw new InvalidRequestException("min_tokens", minTokens + " (expected: an integer from 0 to max_tokens)");
        }
        strings = List.copyOf(strings);
        tokenIds = Set.copyOf(tokenIds);
        if (strings.size() > STRINGS_LIMIT) {
            throw new InvalidRequestException(
                    "stop", strings.size() + " entries (expected: at most " + STRINGS_LIMIT + ")");
        }
        for (String string : strings) {
            if (string.isEmpty() || string.length() > STRING_LENGTH_LIMIT) {
                throw new InvalidRequestException(
                        "stop",
                        "a string of " + string.length() + " characters (expected: 1 to " + STRING_LENGTH_LIMIT + ")");
            }
        }
    }

    /** The model's own end, or the end of its context. */
    public static StopRules atEnd() {
        return new StopRules(OptionalInt.empty(), 0, List.of(), Set.of(), false);
    }

    /** The model's own end, or this many tokens. */
    public static StopRules after(int maxTokens) {
        return new StopRules(OptionalInt.of(maxTokens), 0, List.of(), Set.of(), false);
    }

    /** These rules with these stop strings. */
    public StopRules withStrings(String... stopStrings) {
        return new StopRules(maxTokens, minTokens, List.of(stopStrings), tokenIds, ignoreEos);
    }

    /** These rules with the model's own end passed over. */
    public StopRules ignoringEos() {
        return new StopRules(maxTokens, minTokens, strings, tokenIds, true);
    }
}
