package dev.penstock.engine.language;

import dev.penstock.engine.tokenizer.TokenTable;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** Reads log probabilities off raw logits. */
final class LogprobReader {
    private final TokenTable table;
    private final int[] best = new int[GenerationRequest.TOP_LOGPROBS_LIMIT];

    LogprobReader(TokenTable table) {
        this.table = table;
    }

    /** The log probability of a token, and its likeliest alternatives, in one pass over the logits. */
    TokenLogprob read(float[] logits, int id, int top) {
        double normalizer = logSumExp(logits);
        int found = select(logits, top);
        List<TokenLogprob.Alternative> alternatives = new ArrayList<>(found);
        for (int i = 0; i < found; i++) {
            alternatives.add(new TokenLogprob.Alternative(text(best[i]), logits[best[i]] - normalizer));
        }
        return new TokenLogprob(text(id), OptionalDouble.of(Math.min(0, logits[id] - normalizer)), alternatives);
    }

    /** The entry of a token that follows nothing. */
    TokenLogprob first(int id) {
        return new TokenLogprob(text(id), OptionalDouble.empty(), List.of());
    }

    /** The entries of a prompt with the lengths of their tokens in its text. */
    List<TokenLogprob> measure(String promptText, List<TokenLogprob> entries) {
        return EchoedText.measure(table, promptText, entries);
    }

    private TokenText text(int id) {
        return new TokenText(id, table.bytes(id));
    }

    /** {@code max + ln(sum(exp(x - max)))}, which cannot overflow. */
    static double logSumExp(float[] logits) {
        float max = Float.NEGATIVE_INFINITY;
        for (float logit : logits) {
            max = Math.max(max, logit);
        }
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - max);
        }
        return max + Math.log(sum);
    }

    /** Keeps the greatest in order by insertion: nearly every logit fails the first comparison. */
    private int select(float[] logits, int top) {
        int found = 0;
        for (int id = 0; id < logits.length && top > 0; id++) {
            float logit = logits[id];
            if (found == top && logit <= logits[best[found - 1]]) {
                continue;
            }
            int at = found < top ? found++ : top - 1;
            while (at > 0 && logits[best[at - 1]] < logit) {
                best[at] = best[at - 1];
                at--;
            }
            best[at] = id;
        }
        return found;
    }
}
