package dev.penstock.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.Optional;

/** The facts of an answer as a parser alone reads them: what {@link AnswerInspector#inspect} is to say. */
final class ParsedAnswer {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(64)
                    .maxNumberLength(1000)
                    .maxNameLength(1024)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();

    private final String[] names = {"", "", "", "", ""};
    private int depth;
    private boolean content;
    private boolean choices;
    private int finishedChoices;
    private boolean error;
    private boolean choiceFinished;
    private boolean usage;
    private final long[] tokens = new long[4];
    private long usageEnd = -1;
    private long modelStart = -1;
    private long modelEnd = -1;

    private ParsedAnswer() {}

    static Optional<AnswerFacts> of(byte[] json, int start, int end) {
        ParsedAnswer answer = new ParsedAnswer();
        try (JsonParser parser = FACTORY.createParser(json, start, end - start)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            for (JsonToken token = parser.currentToken(); token != null; token = parser.nextToken()) {
                answer.accept(parser, token);
                parser.finishToken();
                if (token == JsonToken.END_OBJECT && parser.getParsingContext().inRoot()) {
                    return parser.nextToken() == null ? Optional.of(answer.facts()) : Optional.empty();
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private void accept(JsonParser parser, JsonToken token) throws IOException {
        switch (token) {
            case START_OBJECT, START_ARRAY -> {
                depth++;
                error |= depth == 2 && named(1, "error");
                usage |= depth == 2 && named(1, "usage");
                if (depth == 3 && named(1, "choices") && token == JsonToken.START_OBJECT) {
                    choices = true;
                    choiceFinished = false;
                }
            }
            case END_OBJECT, END_ARRAY -> {
                if (depth == 3 && named(1, "choices") && choiceFinished) {
                    finishedChoices++;
                    choiceFinished = false;
                }
                if (depth == 2 && named(1, "usage") && token == JsonToken.END_OBJECT) {
                    usageEnd = parser.currentTokenLocation().getByteOffset();
                }
                depth--;
            }
            case FIELD_NAME -> names[depth < names.length ? depth : 0] = parser.currentName();
            case VALUE_NULL -> {}
            default -> scalar(parser, token);
        }
    }

    private void scalar(JsonParser parser, JsonToken token) throws IOException {
        String text = token == JsonToken.VALUE_STRING ? parser.getText() : "-";
        switch (names[1]) {
            case "choices" -> choiceScalar(text);
            case "usage" -> usageScalar(parser, token);
            case "error" -> error |= depth == 1 && token != JsonToken.VALUE_FALSE && !text.isEmpty();
            case "object" -> error |= depth == 1 && text.equals("error");
            case "model" -> {
                if (depth == 1 && token == JsonToken.VALUE_STRING) {
                    modelStart = parser.currentTokenLocation().getByteOffset();
                    modelEnd = parser.currentLocation().getByteOffset();
                }
            }
            default -> {}
        }
    }

    private void choiceScalar(String text) {
        if (depth == 3 && named(3, "finish_reason")) {
            error |= text.equals("abort");
            choiceFinished |= !text.equals("abort") && !text.isEmpty();
        } else if (depth == 3 && named(3, "text")) {
            content |= !text.isEmpty();
        } else if (depth >= 4 && (named(3, "delta") || named(3, "message"))) {
            content |= !(depth == 4 && named(4, "role")) && !text.isEmpty();
        }
    }

    private void usageScalar(JsonParser parser, JsonToken token) throws IOException {
        if (token != JsonToken.VALUE_NUMBER_INT || parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            return;
        }
        long value = Math.max(0, parser.getLongValue());
        if (depth == 2 && named(2, "prompt_tokens")) {
            tokens[0] = value;
        } else if (depth == 2 && named(2, "completion_tokens")) {
            tokens[1] = value;
        } else if (depth == 3 && named(2, "prompt_tokens_details") && named(3, "cached_tokens")) {
            tokens[2] = value;
        } else if (depth == 3 && named(2, "completion_tokens_details") && named(3, "reasoning_tokens")) {
            tokens[3] = value;
        }
    }

    private boolean named(int level, String name) {
        return names[level].equals(name);
    }

    private AnswerFacts facts() {
        return new AnswerFacts(
                content,
                choices,
                finishedChoices,
                error,
                usage ? Optional.of(new ReportedUsage(tokens[0], tokens[1], tokens[2], tokens[3])) : Optional.empty(),
                usageEnd,
                modelStart,
                modelEnd);
    }
}
