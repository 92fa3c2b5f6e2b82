package dev.penstock.loadtest.mock;

import java.util.SplittableRandom;

/**
 * What a mock answers to whom: the same key gives the same answer to the same prompt, in every process. Models, roles and
 * fields do not matter, and neither does how the JSON was written, since gateways may change them on the way.
 *
 * @param seed any number
 * @param tokenBytes the length of each token's text in UTF-8, from 2 to 65,536; the text has no other parts
 */
public record AnswerKey(long seed, int tokenBytes) {
    /** Letters of tokens; one that JSON escapes and one of two bytes would catch who relays text and not bytes. */
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz012345";

    /**
     * A key within its bounds.
     *
     * @throws IllegalArgumentException when they are not kept
     */
    public AnswerKey {
        if (tokenBytes < 2 || tokenBytes > 65_536) {
            throw new IllegalArgumentException("token bytes: " + tokenBytes + " (expected: 2 to 65536)");
        }
    }

    /**
     * The answer to a prompt.
     *
     * @param prompt the texts of the request ({@code messages[].content}, {@code prompt} or {@code input}), one after the
     *     other in their order
     * @param tokens how many tokens it has, from 1
     */
    public MockAnswer answer(String prompt, int tokens) {
        long hash = hash(prompt);
        SplittableRandom random = new SplittableRandom(hash);
        String[] texts = new String[tokens];
        StringBuilder token = new StringBuilder(tokenBytes);
        for (int i = 0; i < tokens; i++) {
            token.setLength(0);
            appendToken(token, random);
            texts[i] = token.toString();
        }
        return new MockAnswer(hash, texts, MockAnswer.promptTokens(prompt));
    }

    /**
     * The embedding of a text.
     *
     * @param dimensions from 1
     * @return numbers in [-1, 1) that a float holds exactly
     */
    public float[] embedding(String text, int dimensions) {
        SplittableRandom random = new SplittableRandom(hash(text));
        float[] vector = new float[dimensions];
        for (int i = 0; i < dimensions; i++) {
            vector[i] = random.nextInt(-128, 128) / 128f;
        }
        return vector;
    }

    /** A blank and letters; one in 32 tokens begins with a quote, a line break or a letter of two bytes instead. */
    private void appendToken(StringBuilder token, SplittableRandom random) {
        long bits = random.nextLong();
        int used = 1;
        switch ((int) (bits >>> 59)) {
            case 0 ->
                token.append(
                        switch ((int) (bits >>> 57) & 3) {
                            case 0 -> '"';
                            case 1 -> '\n';
                            case 2 -> '\\';
                            default -> '/';
                        });
            case 1 -> {
                token.append('é');
                used = 2;
            }
            default -> token.append(' ');
        }
        for (int i = used; i < tokenBytes; i++) {
            token.append(LETTERS.charAt((int) (bits >>> (i % 11 * 5)) & 31));
        }
    }

    /** FNV-1a over the characters, then the finalizer of SplitMix64: a prompt that differs by a letter shares nothing. */
    private long hash(String prompt) {
        long hash = 0xcbf29ce484222325L ^ seed;
        for (int i = 0; i < prompt.length(); i++) {
            hash = (hash ^ prompt.charAt(i)) * 0x100000001b3L;
        }
        hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
        hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
        return hash ^ (hash >>> 31);
    }
}
