package dev.penstock.loadtest.generator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A body that is judged once it is whole. While it agrees with what is expected, nothing is kept of it. */
final class WholeBody {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_BYTES = 64 << 20;

    private final Expected expected;
    private int agreed;
    private @Nullable ByteArrayOutputStream own;

    WholeBody(Expected expected) {
        this.expected = expected;
    }

    void take(byte[] piece, int start, int end) throws WrongAnswerException {
        int from = start;
        if (own == null) {
            int same = expected.agreeing(agreed, piece, start, end);
            agreed += same;
            from += same;
            if (from == end) {
                return;
            }
            own = new ByteArrayOutputStream(agreed + end - from);
            own.writeBytes(expected.range(0, agreed));
        }
        own.write(piece, from, end - from);
        if (own.size() > MAX_BYTES) {
            throw new WrongAnswerException(Failure.SHAPE);
        }
    }

    boolean asExpected() {
        return own == null && expected.length() > 0 && agreed == expected.length();
    }

    JsonNode json() throws WrongAnswerException {
        try {
            JsonNode answer = JSON.readTree(own == null ? expected.range(0, agreed) : own.toByteArray());
            if (answer.isObject()) {
                return answer;
            }
        } catch (IOException broken) {
            // said below
        }
        throw new WrongAnswerException(Failure.SHAPE);
    }
}
