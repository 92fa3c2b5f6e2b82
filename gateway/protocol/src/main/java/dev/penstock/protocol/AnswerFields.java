package dev.penstock.protocol;

import java.util.Optional;

/**
 * Collects {@link AnswerFacts} from the tokens of one JSON object as they come, from whatever reads them. Holds its place as
 * a depth and the field names of the four levels that matter.
 */
final class AnswerFields {
    /** What of a scalar matters; {@code null} does not. */
    enum Scalar {
        EMPTY_STRING,
        /** The string {@code "abort"}. */
        ABORT,
        /** The string {@code "error"}. */
        ERROR,
        FALSE,
        /** Any other string, number, or {@code true}. */
        OTHER
    }

    private int depth;
    private AnswerField topField = AnswerField.OTHER;
    private AnswerField secondField = AnswerField.OTHER;
    private AnswerField thirdField = AnswerField.OTHER;
    private AnswerField fourthField = AnswerField.OTHER;

    private boolean content;
    private boolean choices;
    private int finishedChoices;
    private boolean error;
    private boolean choiceFinished;
    private boolean usage;
    private long promptTokens;
    private long completionTokens;
    private long cachedTokens;
    private long reasoningTokens;
    private long usageEnd = -1;
    private long modelStart = -1;
    private long modelEnd = -1;

    void open(boolean object) {
        depth++;
        if (depth == 2 && topField == AnswerField.ERROR) {
            error = true;
        } else if (depth == 2 && topField == AnswerField.USAGE) {
            usage = true;
        } else if (depth == 3 && object && topField == AnswerField.CHOICES) {
            choices = true;
            choiceFinished = false;
        }
    }

    void close() {
        if (depth == 3 && choiceFinished && topField == AnswerField.CHOICES) {
            finishedChoices++;
            choiceFinished = false;
        }
        depth--;
    }

    void name(AnswerField field) {
        switch (depth) {
            case 1 -> topField = field;
            case 2 -> secondField = field;
            case 3 -> thirdField = field;
            case 4 -> fourthField = field;
            default -> {}
        }
    }

    /** Whether it matters what the string that comes next says, and not just whether it says anything. */
    boolean reads() {
        return (depth == 1 && topField == AnswerField.OBJECT) || atFinishReason();
    }

    /** Whether the string that comes next is the model's name. */
    boolean atModel() {
        return depth == 1 && topField == AnswerField.MODEL;
    }

    void model(long start, long end) {
        modelStart = start;
        modelEnd = end;
    }

    /** Whether the end of an object or array that comes next is that of {@code usage}. */
    boolean atUsageEnd() {
        return depth == 2 && topField == AnswerField.USAGE;
    }

    void usageEnd(long at) {
        usageEnd = at;
    }

    void scalar(Scalar value) {
        if (topField == AnswerField.CHOICES) {
            choiceScalar(value);
        } else if (topField == AnswerField.ERROR) {
            error |= depth == 1 && value != Scalar.FALSE && value != Scalar.EMPTY_STRING;
        } else if (topField == AnswerField.OBJECT) {
            error |= depth == 1 && value == Scalar.ERROR;
        }
    }

    private void choiceScalar(Scalar value) {
        boolean empty = value == Scalar.EMPTY_STRING;
        if (atFinishReason()) {
            if (value == Scalar.ABORT) {
                error = true;
            } else {
                choiceFinished |= !empty; // some servers write "" until there is one
            }
        } else if (depth == 3 && thirdField == AnswerField.TEXT) {
            content |= !empty;
        } else if (depth >= 4 && (thirdField == AnswerField.DELTA || thirdField == AnswerField.MESSAGE)) {
            boolean role = depth == 4 && fourthField == AnswerField.ROLE;
            content |= !role && !empty;
        }
    }

    /** Whether an integer is to be told by {@link #count}, and not as a {@link #scalar}. */
    boolean counts() {
        return topField == AnswerField.USAGE;
    }

    void count(long value) {
        long count = Math.max(0, value);
        if (depth == 2 && secondField == AnswerField.PROMPT_TOKENS) {
            promptTokens = count;
        } else if (depth == 2 && secondField == AnswerField.COMPLETION_TOKENS) {
            completionTokens = count;
        } else if (depth == 3
                && secondField == AnswerField.PROMPT_TOKENS_DETAILS
                && thirdField == AnswerField.CACHED_TOKENS) {
            cachedTokens = count;
        } else if (depth == 3
                && secondField == AnswerField.COMPLETION_TOKENS_DETAILS
                && thirdField == AnswerField.REASONING_TOKENS) {
            reasoningTokens = count;
        }
    }

    private boolean atFinishReason() {
        return depth == 3 && topField == AnswerField.CHOICES && thirdField == AnswerField.FINISH_REASON;
    }

    AnswerFacts facts() {
        Optional<ReportedUsage> reported = usage
                ? Optional.of(new ReportedUsage(promptTokens, completionTokens, cachedTokens, reasoningTokens))
                : Optional.empty();
        return new AnswerFacts(content, choices, finishedChoices, error, reported, usageEnd, modelStart, modelEnd);
    }
}
