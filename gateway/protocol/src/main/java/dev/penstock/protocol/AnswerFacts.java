package dev.penstock.protocol;

import java.util.Optional;

/**
 * What a gateway needs to know of an answer, or of one chunk of a streamed answer, without building a tree of it.
 *
 * @param content whether it carries something generated: text, a tool call, reasoning, a refusal
 * @param choices whether {@code choices} has an element; a usage chunk has none
 * @param finishedChoices how many choices have a {@code finish_reason}
 * @param error whether it is an error: {@code error} is set, or {@code object} is {@code "error"}, or a choice was aborted
 * @param usage what {@code usage} reports
 * @param usageEnd of the closing brace of that object, from the start of the JSON; -1 where there is none, or it is not known
 * @param modelStart of the value of the top-level {@code model}, its opening quote, from the start of the JSON; -1 where
 *     there is none
 * @param modelEnd past its closing quote
 */
public record AnswerFacts(
        boolean content,
        boolean choices,
        int finishedChoices,
        boolean error,
        Optional<ReportedUsage> usage,
        long usageEnd,
        long modelStart,
        long modelEnd) {}
