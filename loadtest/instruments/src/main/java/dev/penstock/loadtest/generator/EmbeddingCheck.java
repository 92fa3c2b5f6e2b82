package dev.penstock.loadtest.generator;

import com.fasterxml.jackson.databind.JsonNode;

/** Judges an embedding: JSON of the right shape, the vector and usage. */
final class EmbeddingCheck implements AnswerCheck {
    private final Expected expected;
    private final WholeBody body;
    private int tokens;

    EmbeddingCheck(Expected expected) {
        this.expected = expected;
        this.body = new WholeBody(expected);
    }

    @Override
    public void take(byte[] piece, int start, int end, long now) throws WrongAnswerException {
        body.take(piece, start, end);
    }

    @Override
    public void end() throws WrongAnswerException {
        JsonNode answer = body.json();
        JsonNode vector = answer.path("data").path(0).path("embedding");
        if (!vector.isArray() || vector.isEmpty()) {
            throw new WrongAnswerException(Failure.SHAPE);
        }
        boolean right = !expected.hasVector() || vector.size() == expected.dimensions();
        for (int i = 0; right && i < vector.size(); i++) {
            right = !expected.hasVector() || expected.agrees(i, vector.get(i).asDouble());
        }
        if (!right) {
            throw new WrongAnswerException(Failure.CONTENT);
        }
        if (!answer.path("usage").path("prompt_tokens").isInt()) {
            throw new WrongAnswerException(Failure.USAGE);
        }
        tokens = answer.path("usage").path("prompt_tokens").asInt();
    }

    @Override
    public int tokens() {
        return tokens;
    }
}
