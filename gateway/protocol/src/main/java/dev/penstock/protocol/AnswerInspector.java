package dev.penstock.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.async.ByteArrayFeeder;
import com.fasterxml.jackson.core.async.NonBlockingInputFeeder;
import dev.penstock.protocol.AnswerFields.Scalar;
import java.io.IOException;
import java.util.Optional;

/**
 * Checks that an answer is one JSON object, and reads its {@link AnswerFacts}, while it passes by: nothing of it is kept.
 *
 * <p>{@link #inspect} reads a whole chunk of a stream; an instance reads a body that comes in pieces. Not thread safe.
 */
public final class AnswerInspector {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(JsonLimits.DEFAULT.maxDepth())
                    .maxNumberLength(JsonLimits.DEFAULT.maxNumberLength())
                    .maxNameLength(JsonLimits.DEFAULT.maxNameLength())
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();

    private final JsonParser parser;
    private final ByteArrayFeeder feeder;
    private final AnswerFields fields = new AnswerFields();
    private boolean valid = true;
    private boolean started;
    private boolean complete;

    /** An inspector at the start of a body. */
    public AnswerInspector() {
        try {
            parser = FACTORY.createNonBlockingByteArrayParser();
            NonBlockingInputFeeder input = parser.getNonBlockingInputFeeder();
            feeder = (ByteArrayFeeder) input;
        } catch (IOException e) {
            throw new IllegalStateException("a parser in memory does no input", e);
        }
    }

    /** The facts of a frame's payload; empty where it is not one JSON object. */
    public static Optional<AnswerFacts> inspect(SseFrame frame) {
        return inspect(frame.data(), frame.dataStart(), frame.dataEnd());
    }

    /** The facts of a range of bytes; empty where it is not one JSON object. */
    public static Optional<AnswerFacts> inspect(byte[] json, int start, int end) {
        AnswerFields fields = new AnswerFields();
        return AnswerScan.read(json, start, end, fields) ? Optional.of(fields.facts()) : parsed(json, start, end);
    }

    /** The same by a parser, which has the last word. */
    private static Optional<AnswerFacts> parsed(byte[] json, int start, int end) {
        AnswerFields fields = new AnswerFields();
        try (JsonParser parser = FACTORY.createParser(json, start, end - start)) {
            JsonToken token = parser.nextToken();
            if (token != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            for (; token != null; token = parser.nextToken()) {
                if (token == JsonToken.VALUE_STRING && fields.atModel()) {
                    parser.finishToken();
                    fields.model(
                            parser.currentTokenLocation().getByteOffset(),
                            parser.currentLocation().getByteOffset());
                }
                if (token == JsonToken.END_OBJECT && fields.atUsageEnd()) {
                    fields.usageEnd(parser.currentTokenLocation().getByteOffset());
                }
                accept(parser, token, fields);
                parser.finishToken();
                if (token == JsonToken.END_OBJECT && parser.getParsingContext().inRoot()) {
                    return parser.nextToken() == null ? Optional.of(fields.facts()) : Optional.empty();
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static void accept(JsonParser parser, JsonToken token, AnswerFields fields) throws IOException {
        switch (token) {
            case START_OBJECT, START_ARRAY -> fields.open(token == JsonToken.START_OBJECT);
            case END_OBJECT, END_ARRAY -> fields.close();
            case FIELD_NAME -> fields.name(AnswerField.of(parser.currentName()));
            case VALUE_NULL -> {}
            case VALUE_STRING ->
                fields.scalar(
                        parser.getTextLength() == 0
                                ? Scalar.EMPTY_STRING
                                : fields.reads() ? scalarOf(parser.getText()) : Scalar.OTHER);
            case VALUE_NUMBER_INT -> {
                if (!fields.counts()) {
                    fields.scalar(Scalar.OTHER);
                } else if (parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
                    fields.count(parser.getLongValue());
                }
            }
            case VALUE_FALSE -> fields.scalar(Scalar.FALSE);
            default -> fields.scalar(Scalar.OTHER);
        }
    }

    private static Scalar scalarOf(String text) {
        return switch (text) {
            case "abort" -> Scalar.ABORT;
            case "error" -> Scalar.ERROR;
            default -> Scalar.OTHER;
        };
    }

    /** Takes the next piece. Returns false once the body can no longer become one JSON object. */
    public boolean feed(byte[] piece) {
        if (!valid) {
            return false;
        }
        try {
            feeder.feedInput(piece, 0, piece.length);
            advance();
        } catch (IOException e) {
            valid = false;
        }
        return valid;
    }

    /** Says that nothing more comes. Returns whether the body was one whole JSON object. */
    public boolean finish() {
        feeder.endOfInput();
        try {
            if (valid) {
                advance();
            }
            parser.close();
        } catch (IOException e) {
            valid = false;
        }
        return valid && complete;
    }

    private void advance() throws IOException {
        for (JsonToken token = parser.nextToken();
                token != null && token != JsonToken.NOT_AVAILABLE;
                token = parser.nextToken()) {
            if (complete || (!started && token != JsonToken.START_OBJECT)) {
                valid = false;
                return;
            }
            started = true;
            accept(parser, token, fields);
            complete =
                    token == JsonToken.END_OBJECT && parser.getParsingContext().inRoot();
        }
    }

    /** What was seen so far; without the places of {@code model} and of the end of {@code usage}. */
    public AnswerFacts facts() {
        return fields.facts();
    }
}
