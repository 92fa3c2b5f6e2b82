package dev.penstock.loadtest.mock;

/**
 * All that an answer depends on.
 *
 * @param defaultTokens where the request does not say
 * @param defaultDimensions where the request does not say
 */
record Question(AnswerKey key, int defaultTokens, int defaultDimensions, MockEndpoint endpoint, MockRequest request) {

    int tokens() {
        return request.tokens().orElse(defaultTokens);
    }

    int dimensions() {
        return request.dimensions().orElse(defaultDimensions);
    }

    /** The answer to it, where it is not about embeddings. */
    MockAnswer answer() {
        return key.answer(request.prompt(), tokens());
    }
}
