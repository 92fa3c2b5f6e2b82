package dev.penstock.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The names in an answer that its {@link AnswerFacts} hang on. */
enum AnswerField {
    /** Any other name. */
    OTHER(""),
    CHOICES("choices"),
    DELTA("delta"),
    ERROR("error"),
    FINISH_REASON("finish_reason"),
    MESSAGE("message"),
    MODEL("model"),
    OBJECT("object"),
    ROLE("role"),
    TEXT("text"),
    USAGE("usage"),
    PROMPT_TOKENS("prompt_tokens"),
    COMPLETION_TOKENS("completion_tokens"),
    PROMPT_TOKENS_DETAILS("prompt_tokens_details"),
    CACHED_TOKENS("cached_tokens"),
    COMPLETION_TOKENS_DETAILS("completion_tokens_details"),
    REASONING_TOKENS("reasoning_tokens");

    private static final int SLOTS = 64;
    /** Found by trial. */
    private static final int SLOT_FACTOR = 3;

    private static final Map<String, AnswerField> BY_NAME =
            Stream.of(values()).collect(Collectors.toUnmodifiableMap(field -> field.text, Function.identity()));
    /** No two of the names have one slot: a name is compared with one other at most. */
    private static final AnswerField[] BY_SLOT = bySlot();

    private final String text;
    private final int length;
    private final long head;

    AnswerField(String name) {
        this.text = name;
        this.length = name.length();
        this.head = JsonText.head(("\"" + name + "\"").getBytes(StandardCharsets.US_ASCII), 1, length);
    }

    private static AnswerField[] bySlot() {
        AnswerField[] slots = new AnswerField[SLOTS];
        Arrays.fill(slots, OTHER);
        for (AnswerField field : values()) {
            if (field != OTHER) {
                int slot = slot((byte) field.text.charAt(0), field.text.length());
                if (slots[slot] != OTHER) {
                    throw new IllegalStateException(field + " and " + slots[slot] + " have one slot");
                }
                slots[slot] = field;
            }
        }
        return slots;
    }

    private static int slot(byte first, int length) {
        return (first + SLOT_FACTOR * length) & (SLOTS - 1);
    }

    static AnswerField of(String name) {
        return BY_NAME.getOrDefault(name, OTHER);
    }

    /** The field whose name, without escapes, lies there from its opening quote to past its closing one. */
    static AnswerField at(byte[] bytes, int start, int end) {
        int length = end - start - 2;
        AnswerField field = BY_SLOT[slot(bytes[start + 1], length)];
        if (field.length != length || field.head != JsonText.head(bytes, start + 1, length)) {
            return OTHER;
        }
        return length <= Long.BYTES || JsonText.spells(bytes, start, end, field.text) ? field : OTHER;
    }
}
