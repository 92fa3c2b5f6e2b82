package dev.penstock.gateway.upstream;

import dev.penstock.gateway.pipeline.InferenceRequest;
import dev.penstock.protocol.ReportedUsage;
import dev.penstock.routing.TokenUsage;
import java.util.Optional;

/**
 * What an attempt has used: what the worker reports, or until it does an estimate. A content chunk is taken for a token,
 * and so are four bytes of a prompt or of an answer in one piece.
 */
final class UsageMeter {
    private static final int BYTES_PER_TOKEN = 4;

    private final long promptEstimate;
    private long contentChunks;
    private Optional<ReportedUsage> reported = Optional.empty();

    UsageMeter(InferenceRequest request) {
        promptEstimate = Math.max(1, request.body().bytes().length / BYTES_PER_TOKEN);
    }

    void contentChunk() {
        contentChunks++;
    }

    void contentBytes(long bytes) {
        contentChunks += Math.max(1, bytes / BYTES_PER_TOKEN);
    }

    void report(Optional<ReportedUsage> usage) {
        if (usage.isPresent()) {
            reported = usage;
        }
    }

    /** What was used, once an answer has begun or ended. */
    TokenUsage usage() {
        return reported.map(r -> new TokenUsage(
                        r.promptTokens(), r.completionTokens(), r.cachedTokens(), r.reasoningTokens(), false))
                .orElseGet(() -> new TokenUsage(promptEstimate, contentChunks, 0, true));
    }

    /** Whether there is anything to bill: content was sent on, or usage reported. */
    boolean any() {
        return contentChunks > 0 || reported.isPresent();
    }
}
