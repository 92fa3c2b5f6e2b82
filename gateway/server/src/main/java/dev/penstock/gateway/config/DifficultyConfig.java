package dev.penstock.gateway.config;

import dev.penstock.routing.model.DifficultyModel;
import dev.penstock.routing.model.Feature;
import dev.penstock.runtime.config.Default;
import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Range;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** How difficult a request is taken to be. */
@Doc("""
        How difficult a request is taken to be, for models of the kind `auto`: the bias and the weighted features, in log
        odds; 0 is a request of average difficulty. The defaults are by judgement; `penstock fit-difficulty FILE.jsonl` fits
        them to labelled requests and prints this section.""")
public record DifficultyConfig(
        @Doc("What every request begins with.") @Default("-2.0") @Range(min = "-1000", max = "1000")
        double bias,

        @Doc("What the features weigh.") @Default("{}") Weights weights,

        @Doc("Requests to compare others with.") Optional<ExamplesConfig> examples) {
    /** What the features weigh. */
    @Doc("What the features weigh. The cues are English words and the signs of code and mathematics.")
    public record Weights(
            @Doc("Of the whole prompt: `log2(1 + tokens) / 16`, at most 1.")
            @Default("0.4")
            @Range(min = "-1000", max = "1000")
            double promptLength,

            @Doc("Of its last message by a user: `log2(1 + tokens) / 12`, at most 1.")
            @Default("0.8")
            @Range(min = "-1000", max = "1000")
            double questionLength,

            @Doc("Messages: `log2(count) / 5`, at most 1.") @Default("0.3") @Range(min = "-1000", max = "1000")
            double turns,

            @Doc("The most tokens that may be generated: `log2(1 + tokens) / 14`, at most 1; 0 without a bound.")
            @Default("0.2")
            @Range(min = "-1000", max = "1000")
            double outputLength,

            @Doc("`reasoning_effort`: 0 none or minimal, 1/3 low, 2/3 medium, 1 high.")
            @Default("2.5")
            @Range(min = "-1000", max = "1000")
            double reasoningEffort,

            @Doc("1 where tools are offered.") @Default("0.5") @Range(min = "-1000", max = "1000")
            double tools,

            @Doc("1 where the answer must follow a JSON schema.") @Default("0.3") @Range(min = "-1000", max = "1000")
            double schema,

            @Doc("Cues of program text; 4 are 1.") @Default("1.4") @Range(min = "-1000", max = "1000")
            double code,

            @Doc("Cues of mathematics; 4 are 1.") @Default("1.8") @Range(min = "-1000", max = "1000")
            double math,

            @Doc("Words that ask for thought, such as \"prove\", \"compare\", \"step by step\"; 3 are 1.")
            @Default("1.6")
            @Range(min = "-1000", max = "1000")
            double reasoningCues,

            @Doc("Words that ask for little, such as \"translate\", \"spell\", \"hello\"; 2 are 1.")
            @Default("-1.2")
            @Range(min = "-1000", max = "1000")
            double simpleCues,

            @Doc("How much nearer it is to examples of hard requests than to easy ones, -1 to 1; 0 without examples.")
            @Default("2.0")
            @Range(min = "-1000", max = "1000")
            double examples) {
        Map<Feature, Double> byFeature() {
            Map<Feature, Double> all = new EnumMap<>(Feature.class);
            all.put(Feature.PROMPT_LENGTH, promptLength);
            all.put(Feature.QUESTION_LENGTH, questionLength);
            all.put(Feature.TURNS, turns);
            all.put(Feature.OUTPUT_LENGTH, outputLength);
            all.put(Feature.REASONING_EFFORT, reasoningEffort);
            all.put(Feature.TOOLS, tools);
            all.put(Feature.SCHEMA, schema);
            all.put(Feature.CODE, code);
            all.put(Feature.MATH, math);
            all.put(Feature.REASONING_CUES, reasoningCues);
            all.put(Feature.SIMPLE_CUES, simpleCues);
            all.put(Feature.EXAMPLES, examples);
            return all;
        }
    }

    /** As routing knows it. */
    public DifficultyModel model() {
        return new DifficultyModel(bias, weights.byFeature());
    }
}
