package dev.penstock.worker.sidecar;

import dev.penstock.protocol.AnswerFacts;
import dev.penstock.protocol.ReportedUsage;
import dev.penstock.worker.http.Exchange;

/**
 * Tells an exchange what its answer took: what the server reports. Gateways ask for that in every stream; in one of a
 * client that does not, each chunk with content counts as a token, and the prompt as none.
 */
final class AnswerMeter {
    private final Exchange exchange;
    private boolean reported;
    private int contentChunks;

    AnswerMeter(Exchange exchange) {
        this.exchange = exchange;
    }

    /** A chunk of a stream has passed. */
    void chunk(AnswerFacts facts) {
        if (facts.content()) {
            exchange.firstToken();
            contentChunks++;
        }
        facts.usage().ifPresent(this::report);
        if (!reported) {
            exchange.tokens(0, contentChunks);
        }
    }

    /** A whole answer has passed. */
    void whole(AnswerFacts facts) {
        facts.usage().ifPresent(this::report);
    }

    private void report(ReportedUsage usage) {
        reported = true;
        exchange.tokens(count(usage.promptTokens()), count(usage.completionTokens()));
    }

    private static int count(long tokens) {
        return Math.clamp(tokens, 0, Integer.MAX_VALUE);
    }
}
