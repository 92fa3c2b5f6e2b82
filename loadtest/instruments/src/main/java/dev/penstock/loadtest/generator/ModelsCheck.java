package dev.penstock.loadtest.generator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;

/** Judges a list of models: JSON of the right shape with the model in it. */
final class ModelsCheck implements AnswerCheck {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_BYTES = 8 << 20;

    private final Known known;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream(512);

    /** What was right before is right again: judging costs the generator no more than comparing an answer does. */
    static final class Known {
        private final String model;
        private byte[] right = {};

        /** @param model one of the list */
        Known(String model) {
            this.model = model;
        }
    }

    ModelsCheck(Known known) {
        this.known = known;
    }

    @Override
    public void take(byte[] piece, int start, int end, long now) throws WrongAnswerException {
        body.write(piece, start, end - start);
        if (body.size() > MAX_BYTES) {
            throw new WrongAnswerException(Failure.SHAPE);
        }
    }

    @Override
    public void end() throws WrongAnswerException {
        byte[] answer = body.toByteArray();
        if (Arrays.equals(answer, known.right)) {
            return;
        }
        if (!lists(answer)) {
            throw new WrongAnswerException(Failure.SHAPE);
        }
        known.right = answer;
    }

    private boolean lists(byte[] answer) {
        try {
            for (JsonNode model : JSON.readTree(answer).path("data")) {
                if (model.path("id").asText().equals(known.model)) {
                    return true;
                }
            }
            return false;
        } catch (IOException broken) {
            return false;
        }
    }

    @Override
    public int tokens() {
        return 0;
    }
}
