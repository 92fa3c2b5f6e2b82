package dev.penstock.loadtest.generator;

import com.fasterxml.jackson.databind.JsonNode;

/** Judges the {@code usage} of an answer. */
final class Usage {
    private Usage() {}

    /** What it says of completion tokens; it must be there, and be what the mock says where one is asked. */
    static int check(JsonNode usage, Expected expected) throws WrongAnswerException {
        JsonNode completion = usage.path("completion_tokens");
        JsonNode prompt = usage.path("prompt_tokens");
        boolean there = completion.isInt() && prompt.isInt();
        boolean right = expected.text().isEmpty()
                || (completion.asInt() == expected.completionTokens() && prompt.asInt() == expected.promptTokens());
        if (!there || !right) {
            throw new WrongAnswerException(Failure.USAGE);
        }
        return completion.asInt();
    }
}
