package dev.penstock.routing.model;

import java.util.Locale;
import java.util.Optional;

/**
 * What of a request tells how difficult it is. Each is a number from 0 to 1, but for {@link #EXAMPLES}, so that their
 * weights can be compared.
 */
public enum Feature {
    /** {@code log2(1 + tokens) / 16} of the whole prompt, at most 1: 65,536 tokens are 1. */
    PROMPT_LENGTH(0.4),
    /** {@code log2(1 + tokens) / 12} of the text that asks, its last message, at most 1: 4,096 tokens are 1. */
    QUESTION_LENGTH(0.8),
    /** {@code log2(turns) / 5}, at most 1: 32 messages are 1. */
    TURNS(0.3),
    /** {@code log2(1 + tokens) / 14} of the most that may be generated, at most 1; 0 where no bound was set. */
    OUTPUT_LENGTH(0.2),
    /** The effort that was asked for: 0 none or minimal, 1/3 low, 2/3 medium, 1 high. 0 where none was named. */
    REASONING_EFFORT(2.5),
    /** 1 where tools are offered. */
    TOOLS(0.5),
    /** 1 where the answer must follow a JSON schema. */
    SCHEMA(0.3),
    /** How much of code there is in the question: cues such as fences, operators and keywords; 4 of them are 1. */
    CODE(1.4),
    /** How much of mathematics: cues such as LaTeX, equations and words of the trade; 4 of them are 1. */
    MATH(1.8),
    /** Words that ask for thought ("prove", "compare", "step by step", "debug"); 3 of them are 1. */
    REASONING_CUES(1.6),
    /** Words that ask for little ("translate", "summarize", "spell", "hello"); 2 of them are 1. */
    SIMPLE_CUES(-1.2),
    /**
     * How much nearer the question is to the operator's examples of hard requests than to those of easy ones, -1 to 1, as
     * embedded; 0 where there are none.
     */
    EXAMPLES(2.0);

    private final double defaultWeight;

    Feature(double defaultWeight) {
        this.defaultWeight = defaultWeight;
    }

    /** The weight it has where the configuration gives none: an estimate by judgement, to be replaced by a fitted one. */
    double defaultWeight() {
        return defaultWeight;
    }

    /** Its name in configuration: {@code prompt-length}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The feature of that name; empty for one there is not. */
    public static Optional<Feature> ofWireName(String wireName) {
        for (Feature feature : values()) {
            if (feature.wireName().equals(wireName)) {
                return Optional.of(feature);
            }
        }
        return Optional.empty();
    }
}
