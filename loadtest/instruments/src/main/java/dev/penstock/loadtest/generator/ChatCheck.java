package dev.penstock.loadtest.generator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/** Judges a chat completion: JSON of the right shape, text, a finish reason and usage. */
final class ChatCheck implements AnswerCheck {
    private final Expected expected;
    private final WholeBody body;
    private int tokens;

    ChatCheck(Expected expected) {
        this.expected = expected;
        this.body = new WholeBody(expected);
    }

    @Override
    public void take(byte[] piece, int start, int end, long now) throws WrongAnswerException {
        body.take(piece, start, end);
    }

    @Override
    public void end() throws WrongAnswerException {
        if (body.asExpected()) {
            tokens = expected.completionTokens();
            return;
        }
        JsonNode answer = body.json();
        JsonNode choice = answer.path("choices").path(0);
        JsonNode text = choice.path("message").path("content");
        if (!text.isTextual() || !choice.path("finish_reason").isTextual()) {
            throw new WrongAnswerException(Failure.SHAPE);
        }
        Optional<String> wanted = expected.text();
        if (wanted.isPresent() && !wanted.get().equals(text.asText())) {
            throw new WrongAnswerException(Failure.CONTENT);
        }
        tokens = Usage.check(answer.path("usage"), expected);
    }

    @Override
    public int tokens() {
        return tokens;
    }
}
