package dev.penstock.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Optional;

/**
 * Collects {@link AnswerFacts} from the tokens of one JSON object as they come, from a blocking or a non-blocking parser.
 * Holds its place as a depth and the field names of the four levels that matter.
 */
final class AnswerFields {
    /** Where the parser knows its place: a non-blocking one is off by one where a token began in the piece before. */
    private final boolean located;

    private int depth;
    private String topField = "";
    private String secondField = "";
    private String thirdField = "";
    private String fourthField = "";

    private boolean content;
    private boolean choices;
    private int finishedChoices;
    private boolean error;
    private boolean choiceFinished;
    private boolean usage;
    private long promptTokens;
    private long completionTokens;
    private long cachedTokens;
    private long modelStart = -1;
    private long modelEnd = -1;

    AnswerFields(boolean located) {
        this.located = located;
    }

    /** Takes the parser's current token. */
    void accept(JsonParser parser, JsonToken token) throws IOException {
        switch (token) {
            case START_OBJECT, START_ARRAY -> open(token);
            case END_OBJECT, END_ARRAY -> close();
            case FIELD_NAME -> name(parser.currentName());
            case VALUE_NULL -> {}
            default -> scalar(parser, token);
        }
    }

    private void open(JsonToken token) {
        depth++;
        if (depth == 2 && topField.equals("error")) {
            error = true;
        } else if (depth == 2 && topField.equals("usage")) {
            usage = true;
        } else if (depth == 3 && inChoices() && token == JsonToken.START_OBJECT) {
            choices = true;
            choiceFinished = false;
        }
    }

    private void close() {
        if (depth == 3 && inChoices() && choiceFinished) {
            finishedChoices++;
            choiceFinished = false;
        }
        depth--;
    }

    private void name(String name) {
        switch (depth) {
            case 1 -> topField = name;
            case 2 -> secondField = name;
            case 3 -> thirdField = name;
            case 4 -> fourthField = name;
            default -> {}
        }
    }

    private void scalar(JsonParser parser, JsonToken token) throws IOException {
        switch (topField) {
            case "choices" -> choiceScalar(parser, token);
            case "usage" -> usageScalar(parser, token);
            case "error" -> error |= depth == 1 && token != JsonToken.VALUE_FALSE && !isEmptyString(parser, token);
            case "object" -> error |= depth == 1 && isString(parser, token, "error");
            case "model" -> {
                if (located && depth == 1 && token == JsonToken.VALUE_STRING) {
                    parser.finishToken();
                    modelStart = parser.currentTokenLocation().getByteOffset();
                    modelEnd = parser.currentLocation().getByteOffset();
                }
            }
            default -> {}
        }
    }

    private void choiceScalar(JsonParser parser, JsonToken token) throws IOException {
        if (depth == 3 && thirdField.equals("finish_reason")) {
            if (isString(parser, token, "abort")) {
                error = true;
            } else {
                choiceFinished |= !isEmptyString(parser, token); // some servers write "" until there is one
            }
        } else if (depth == 3 && thirdField.equals("text")) {
            content |= !isEmptyString(parser, token);
        } else if (depth >= 4 && (thirdField.equals("delta") || thirdField.equals("message"))) {
            boolean role = depth == 4 && fourthField.equals("role");
            content |= !role && !isEmptyString(parser, token);
        }
    }

    private void usageScalar(JsonParser parser, JsonToken token) throws IOException {
        if (token != JsonToken.VALUE_NUMBER_INT || parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            return;
        }
        long tokens = Math.max(0, parser.getLongValue());
        if (depth == 2 && secondField.equals("prompt_tokens")) {
            promptTokens = tokens;
        } else if (depth == 2 && secondField.equals("completion_tokens")) {
            completionTokens = tokens;
        } else if (depth == 3 && secondField.equals("prompt_tokens_details") && thirdField.equals("cached_tokens")) {
            cachedTokens = tokens;
        }
    }

    private boolean inChoices() {
        return topField.equals("choices");
    }

    private static boolean isEmptyString(JsonParser parser, JsonToken token) throws IOException {
        return token == JsonToken.VALUE_STRING && parser.getTextLength() == 0;
    }

    private static boolean isString(JsonParser parser, JsonToken token, String value) throws IOException {
        return token == JsonToken.VALUE_STRING
                && parser.getTextLength() == value.length()
                && parser.getText().equals(value);
    }

    AnswerFacts facts() {
        Optional<ReportedUsage> reported =
                usage ? Optional.of(new ReportedUsage(promptTokens, completionTokens, cachedTokens)) : Optional.empty();
        return new AnswerFacts(content, choices, finishedChoices, error, reported, modelStart, modelEnd);
    }
}
