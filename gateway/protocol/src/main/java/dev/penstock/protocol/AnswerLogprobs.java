package dev.penstock.protocol;

import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalDouble;

/**
 * Reads the log probabilities that an answer reports of its tokens, and takes them out of it. Takes a whole answer, or the
 * chunks of a streamed one in their order. Both forms are read: {@code choices[].logprobs.content[].logprob} of chats and
 * {@code choices[].logprobs.token_logprobs[]} of completions. Not thread safe.
 */
public final class AnswerLogprobs {
    private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);
    private static final int CHOICE = 3;
    /** An entry of {@code content}. */
    private static final int CHAT_TOKEN = 6;
    /** Within {@code token_logprobs}. */
    private static final int COMPLETION_TOKENS = 5;

    private double probabilities;
    private long tokens;

    /**
     * Takes one answer, or chunk of one.
     *
     * @return the range without them: each {@code logprobs} of a choice is {@code null}, every other byte as it was
     */
    public byte[] strip(byte[] json, int start, int end) {
        JsonScanner scanner = new JsonScanner(json, start, end, JsonLimits.DEFAULT);
        ByteArrayOutputStream out = new ByteArrayOutputStream(end - start);
        int copied = start;
        boolean inChoices = false;
        if (!scanner.atObject()) {
            return Arrays.copyOfRange(json, start, end);
        }
        do {
            JsonToken token = scanner.next();
            if (token == JsonScanner.REFUSED) {
                break;
            }
            boolean opened = token == JsonToken.START_OBJECT || token == JsonToken.START_ARRAY;
            int level = opened ? scanner.depth() - 1 : scanner.depth();
            if (level == 1 && scanner.named()) {
                inChoices = isNamed(scanner, json, "choices");
            }
            boolean found = inChoices
                    && token == JsonToken.START_OBJECT
                    && level == CHOICE
                    && isNamed(scanner, json, "logprobs");
            if (found) {
                int from = scanner.tokenStart();
                if (!read(scanner, json)) {
                    break;
                }
                out.write(json, copied, from - copied);
                out.writeBytes(NULL);
                copied = scanner.tokenEnd();
            }
        } while (!scanner.complete());
        out.write(json, copied, end - copied);
        return out.toByteArray();
    }

    /** Reads the object that was opened, to past its end. */
    private boolean read(JsonScanner scanner, byte[] json) {
        boolean completion = false;
        while (true) {
            JsonToken token = scanner.next();
            if (token == JsonScanner.REFUSED) {
                return false;
            }
            int depth = scanner.depth();
            if (depth == CHOICE) {
                return true;
            }
            if (token == JsonToken.START_ARRAY && depth == COMPLETION_TOKENS) {
                completion = isNamed(scanner, json, "token_logprobs");
            }
            boolean number = token == JsonToken.VALUE_NUMBER_FLOAT || token == JsonToken.VALUE_NUMBER_INT;
            boolean ofChat = depth == CHAT_TOKEN && isNamed(scanner, json, "logprob");
            if (number && (ofChat || (completion && depth == COMPLETION_TOKENS))) {
                count(json, scanner.tokenStart(), scanner.tokenEnd());
            }
        }
    }

    private void count(byte[] json, int start, int end) {
        double logprob = Double.parseDouble(new String(json, start, end - start, StandardCharsets.US_ASCII));
        probabilities += Math.exp(Math.min(0, logprob));
        tokens++;
    }

    private static boolean isNamed(JsonScanner scanner, byte[] json, String name) {
        return scanner.named()
                && !scanner.nameEscaped()
                && JsonText.spells(json, scanner.nameStart(), scanner.nameEnd(), name);
    }

    /** The mean probability of the tokens so far, 0 to 1; empty where none was reported. */
    public OptionalDouble confidence() {
        return tokens == 0 ? OptionalDouble.empty() : OptionalDouble.of(probabilities / tokens);
    }
}
