package dev.penstock.worker.http;

import dev.penstock.engine.language.FinishReason;
import dev.penstock.engine.language.TokenEvent;
import dev.penstock.engine.language.TokenLogprob;
import java.util.ArrayList;
import java.util.List;

/** One completion of an answer that is sent whole, as it grows. */
final class Choice {
    private final StringBuilder text = new StringBuilder();
    private final List<TokenLogprob> logprobs = new ArrayList<>();
    private FinishReason reason = FinishReason.CANCELLED;

    void append(TokenEvent event) {
        text.append(event.text());
        logprobs.addAll(event.logprobs());
    }

    void end(FinishReason value) {
        reason = value;
    }

    String text() {
        return text.toString();
    }

    List<TokenLogprob> logprobs() {
        return logprobs;
    }

    FinishReason reason() {
        return reason;
    }
}
