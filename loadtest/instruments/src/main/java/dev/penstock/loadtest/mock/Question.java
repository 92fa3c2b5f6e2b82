package dev.penstock.loadtest.mock;

/**
 * All that an answer depends on.
 *
 * @param defaultTokens where the request does not say
 * @param defaultDimensions where the request does not say
 */
record Question(AnswerKey key, int defaultTokens, int defaultDimensions, MockEndpoint endpoint, MockRequest request) {

    /** The longest number of an embedding, with its comma. */
    private static final int NUMBER = 11;

    /** What a frame has beside its token, with a model's name of the usual length. */
    private static final int FRAME = 200;

    int tokens() {
        return request.tokens().orElse(defaultTokens);
    }

    int dimensions() {
        return request.dimensions().orElse(defaultDimensions);
    }

    /** The most bytes that the answer may take, about. */
    long bytesAtMost() {
        return endpoint == MockEndpoint.EMBEDDING
                ? (long) request.texts().size() * dimensions() * NUMBER
                : (long) tokens() * request.choices() * (key.tokenBytes() + (request.stream() ? FRAME : 0));
    }

    /** The answer to it, where it is not about embeddings. */
    MockAnswer answer() {
        return key.answer(request.prompt(), tokens());
    }
}
