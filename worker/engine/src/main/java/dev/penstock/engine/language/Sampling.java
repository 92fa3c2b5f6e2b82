package dev.penstock.engine.language;

import dev.penstock.engine.InvalidRequestException;
import java.util.Map;
import java.util.OptionalLong;

/**
 * How the next token is chosen from the model's logits.
 *
 * <p>The steps are taken in this order, as in vLLM: repetition penalty, frequency and presence penalties, logit bias,
 * temperature, min-p, top-k, top-p. The repetition penalty counts tokens of the prompt and of the completion, the
 * frequency and presence penalties those of the completion alone.
 *
 * @param temperature 0 (greedy) to 2; divides the logits
 * @param topP above 0, up to 1: only the most likely tokens that together reach this probability
 * @param topK only this many of the most likely tokens; 0 for all
 * @param minP 0 to 1: only tokens at least this likely, relative to the likeliest
 * @param presencePenalty -2 to 2: taken from the logit of every token already in the completion
 * @param frequencyPenalty -2 to 2: taken once for each time the token occurs in the completion
 * @param repetitionPenalty from 0.01, where no logit overflows, to 10: divides positive and multiplies negative logits of tokens already seen; 1
 *     for none
 * @param logitBias added to the logits of these token ids, -100 to 100; -100 bans a token, as far as others are left
 * @param seed the same seed gives the same text; where absent, the engine draws one
 */
public record Sampling(
        float temperature,
        float topP,
        int topK,
        float minP,
        float presencePenalty,
        float frequencyPenalty,
        float repetitionPenalty,
        Map<Integer, Float> logitBias,
        OptionalLong seed) {

    /** The most entries that a logit bias may have. */
    public static final int LOGIT_BIAS_LIMIT = 1024;

    public Sampling {
        check("temperature", temperature, temperature >= 0 && temperature <= 2, "a number from 0 to 2");
        check("top_p", topP, topP > 0 && topP <= 1, "a number above 0 and up to 1");
        check("top_k", topK, topK >= 0, "an integer >= 1, or 0 for all");
        check("min_p", minP, minP >= 0 && minP <= 1, "a number from 0 to 1");
        check("presence_penalty", presencePenalty, inTwo(presencePenalty), "a number from -2 to 2");
        check("frequency_penalty", frequencyPenalty, inTwo(frequencyPenalty), "a number from -2 to 2");
        check(
                "repetition_penalty",
                repetitionPenalty,
                repetitionPenalty >= 0.01f && repetitionPenalty <= 10,
                "a number from 0.01 to 10");
        logitBias = Map.copyOf(logitBias);
        check("logit_bias", logitBias.size(), logitBias.size() <= LOGIT_BIAS_LIMIT, "at most 1024 entries");
        logitBias.forEach((id, bias) ->
                check("logit_bias." + id, bias, id >= 0 && bias >= -100 && bias <= 100, "a number from -100 to 100"));
    }

    private static boolean inTwo(float value) {
        return value >= -2 && value <= 2;
    }

    private static void check(String parameter, Number value, boolean valid, String expected) {
        if (!valid) {
            throw new InvalidRequestException(parameter, value + " (expected: " + expected + ")");
        }
    }

    /** Temperature 1 and nothing else: the model's own distribution. */
    public static Sampling plain() {
        return new Builder().build();
    }

    /** The likeliest token, always. */
    public static Sampling greedy() {
        return new Builder().temperature(0).build();
    }

    /** A builder that starts from these values. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.temperature = temperature;
        builder.topP = topP;
        builder.topK = topK;
        builder.minP = minP;
        builder.presencePenalty = presencePenalty;
        builder.frequencyPenalty = frequencyPenalty;
        builder.repetitionPenalty = repetitionPenalty;
        builder.logitBias = logitBias;
        builder.seed = seed;
        return builder;
    }

    /** Collects values; {@link #build} checks them. */
    public static final class Builder {
        private float temperature = 1;
        private float topP = 1;
        private int topK;
        private float minP;
        private float presencePenalty;
        private float frequencyPenalty;
        private float repetitionPenalty = 1;
        private Map<Integer, Float> logitBias = Map.of();
        private OptionalLong seed = OptionalLong.empty();

        /** See {@link Sampling#temperature}. */
        public Builder temperature(double value) {
            temperature = (float) value;
            return this;
        }

        /** See {@link Sampling#topP}. */
        public Builder topP(double value) {
            topP = (float) value;
            return this;
        }

        /** See {@link Sampling#topK}. */
        public Builder topK(int value) {
            topK = value;
            return this;
        }

        /** See {@link Sampling#minP}. */
        public Builder minP(double value) {
            minP = (float) value;
            return this;
        }

        /** See {@link Sampling#presencePenalty}. */
        public Builder presencePenalty(double value) {
            presencePenalty = (float) value;
            return this;
        }

        /** See {@link Sampling#frequencyPenalty}. */
        public Builder frequencyPenalty(double value) {
            frequencyPenalty = (float) value;
            return this;
        }

        /** See {@link Sampling#repetitionPenalty}. */
        public Builder repetitionPenalty(double value) {
            repetitionPenalty = (float) value;
            return this;
        }

        /** See {@link Sampling#logitBias}. */
        public Builder logitBias(Map<Integer, Float> value) {
            logitBias = Map.copyOf(value);
            return this;
        }

        /** See {@link Sampling#seed}. */
        public Builder seed(long value) {
            seed = OptionalLong.of(value);
            return this;
        }

        /** The values as a record; an {@link InvalidRequestException} names the first that is out of range. */
        public Sampling build() {
            return new Sampling(
                    temperature,
                    topP,
                    topK,
                    minP,
                    presencePenalty,
                    frequencyPenalty,
                    repetitionPenalty,
                    logitBias,
                    seed);
        }
    }
}
