package dev.penstock.engine.language;

import java.util.Optional;

/**
 * The end of one completion.
 *
 * @param sequence which completion: 0 to {@code n - 1}
 * @param reason why it ended
 * @param stopString the stop string that ended it, if one did
 * @param completionTokens tokens generated, the end-of-sequence token and those of a stop string included
 */
public record SequenceEnd(int sequence, FinishReason reason, Optional<String> stopString, int completionTokens) {}
