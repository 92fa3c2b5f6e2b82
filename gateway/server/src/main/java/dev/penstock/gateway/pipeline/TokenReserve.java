package dev.penstock.gateway.pipeline;

/**
 * How many tokens are taken of limits before a request is run.
 *
 * @param prompt what its prompt is estimated at, at least 0
 * @param output what is reserved for what it generates, at least 0
 */
public record TokenReserve(long prompt, long output) {
    /** All of it. */
    public long total() {
        return prompt + output;
    }

    /** The same with a prompt that was counted. */
    public TokenReserve withPrompt(long counted) {
        return new TokenReserve(counted, output);
    }
}
