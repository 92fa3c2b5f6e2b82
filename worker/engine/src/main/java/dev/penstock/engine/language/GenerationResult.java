package dev.penstock.engine.language;

import dev.penstock.engine.EngineException;
import java.util.List;
import java.util.Optional;

/**
 * The end of a generation.
 *
 * @param ends one for each completion, by number
 * @param usage what it took
 * @param queueNanos how long it waited for a place in the batch
 * @param failure why completions ended with {@link FinishReason#ERROR}, if any did
 */
public record GenerationResult(
        List<SequenceEnd> ends, Usage usage, long queueNanos, Optional<EngineException> failure) {
    public GenerationResult {
        ends = List.copyOf(ends);
    }
}
