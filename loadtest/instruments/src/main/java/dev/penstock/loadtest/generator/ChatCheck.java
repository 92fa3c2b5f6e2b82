package dev.penstock.loadtest.generator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/** Judges a chat completion: JSON of the right shape, text, a finish reason and usage. */
final class ChatCheck implements AnswerCheck {
    private final Expected expected;
    private final Optional<Expected> alike;
    private final WholeBody body;
    private int tokens;

    ChatCheck(Expected expected) {
        this(expected, Optional.empty());
    }

    /** @param alike what is right too: the answer to a question that means the same */
    ChatCheck(Expected expected, Optional<Expected> alike) {
        this.expected = expected;
        this.alike = alike;
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
        Expected meant = alike.filter(other -> says(other, text.asText())).orElse(expected);
        if (meant.text().isPresent() && !says(meant, text.asText())) {
            throw new WrongAnswerException(Failure.CONTENT);
        }
        tokens = Usage.check(answer.path("usage"), meant);
    }

    private static boolean says(Expected answer, String text) {
        return answer.text().filter(text::equals).isPresent();
    }

    @Override
    public int tokens() {
        return tokens;
    }
}
