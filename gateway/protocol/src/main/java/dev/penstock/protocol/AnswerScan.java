package dev.penstock.protocol;

import com.fasterxml.jackson.core.JsonToken;
import dev.penstock.protocol.AnswerFields.Scalar;

/** Reads {@link AnswerFields} of a whole answer, or chunk of one, without a parser. */
final class AnswerScan {
    /** Of {@code ""}. */
    private static final int EMPTY_STRING_BYTES = 2;
    /** So many always fit a {@code long}. */
    private static final int MAX_INTEGER_BYTES = 18;

    private AnswerScan() {}

    /** Whether the range is one JSON object, all of it read; where not, it may still take a parser to tell. */
    static boolean read(byte[] json, int start, int end, AnswerFields fields) {
        JsonScanner scanner = new JsonScanner(json, start, end, JsonLimits.DEFAULT);
        if (!scanner.atObject()) {
            return false;
        }
        do {
            JsonToken token = scanner.next();
            if (scanner.named()) {
                if (scanner.nameEscaped()) {
                    return false;
                }
                fields.name(AnswerField.at(json, scanner.nameStart(), scanner.nameEnd()));
            }
            boolean read =
                    switch (token) {
                        case START_OBJECT, START_ARRAY -> {
                            fields.open(token == JsonToken.START_OBJECT);
                            yield true;
                        }
                        case END_OBJECT, END_ARRAY -> {
                            if (token == JsonToken.END_OBJECT && fields.atUsageEnd()) {
                                fields.usageEnd(scanner.tokenEnd() - 1 - start);
                            }
                            fields.close();
                            yield true;
                        }
                        case VALUE_STRING -> string(json, start, scanner, fields);
                        case VALUE_NUMBER_INT -> integer(json, scanner, fields);
                        case VALUE_NUMBER_FLOAT, VALUE_TRUE -> {
                            fields.scalar(Scalar.OTHER);
                            yield true;
                        }
                        case VALUE_FALSE -> {
                            fields.scalar(Scalar.FALSE);
                            yield true;
                        }
                        case VALUE_NULL -> true;
                        default -> false;
                    };
            if (!read) {
                return false;
            }
        } while (!scanner.complete());
        return scanner.exhausted();
    }

    private static boolean string(byte[] json, int start, JsonScanner scanner, AnswerFields fields) {
        int from = scanner.tokenStart();
        int to = scanner.tokenEnd();
        if (to - from == EMPTY_STRING_BYTES) {
            fields.scalar(Scalar.EMPTY_STRING);
        } else if (!fields.reads()) {
            fields.scalar(Scalar.OTHER);
        } else if (scanner.escaped()) {
            return false;
        } else if (JsonText.spells(json, from, to, "abort")) {
            fields.scalar(Scalar.ABORT);
        } else {
            fields.scalar(JsonText.spells(json, from, to, "error") ? Scalar.ERROR : Scalar.OTHER);
        }
        if (fields.atModel()) {
            fields.model(from - start, to - start);
        }
        return true;
    }

    private static boolean integer(byte[] json, JsonScanner scanner, AnswerFields fields) {
        int from = scanner.tokenStart();
        int to = scanner.tokenEnd();
        if (!fields.counts()) {
            fields.scalar(Scalar.OTHER);
        } else if (to - from > MAX_INTEGER_BYTES) {
            return false;
        } else {
            fields.count(JsonNumber.integer(json, from, to));
        }
        return true;
    }
}
