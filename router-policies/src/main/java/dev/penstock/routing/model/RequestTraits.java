package dev.penstock.routing.model;

/**
 * What a request's difficulty is read from.
 *
 * @param question the text that asks: the last message of a user, or a prompt. What is beyond {@link #MAX_CHARS} is not
 *     looked at
 * @param promptTokens of the whole prompt, estimated, at least 0
 * @param questionTokens of the question, estimated, at least 0
 * @param turns messages there are, at least 1
 * @param maxTokens the most that may be generated; 0 where no bound was set
 * @param reasoningEffort 0 to 1, as {@link #effort} tells it
 * @param tools whether tools are offered
 * @param schema whether the answer must follow a JSON schema
 * @param examples as {@link Feature#EXAMPLES}
 */
public record RequestTraits(
        String question,
        long promptTokens,
        long questionTokens,
        int turns,
        long maxTokens,
        double reasoningEffort,
        boolean tools,
        boolean schema,
        double examples) {
    /** How much of a question is looked at, in characters: half from its beginning, half from its end. */
    public static final int MAX_CHARS = 8192;

    private static final double LOG_2 = Math.log(2);

    /** The same with the distance to the examples, which takes longer to find out. */
    public RequestTraits withExamples(double nearer) {
        return new RequestTraits(
                question, promptTokens, questionTokens, turns, maxTokens, reasoningEffort, tools, schema, nearer);
    }

    /** The {@code reasoning_effort} of a request as a number; 0 for one that is not known. */
    public static double effort(String reasoningEffort) {
        return switch (reasoningEffort) {
            case "low" -> 1.0 / 3;
            case "medium" -> 2.0 / 3;
            case "high", "xhigh", "max" -> 1;
            default -> 0;
        };
    }

    /** Its features, in the order of {@link Feature}. */
    double[] features() {
        TextCues cues = TextCues.of(bounded());
        Feature[] features = Feature.values();
        double[] values = new double[features.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = feature(features[i], cues);
        }
        return values;
    }

    private double feature(Feature feature, TextCues cues) {
        return switch (feature) {
            case PROMPT_LENGTH -> log2(1 + (double) promptTokens, 16);
            case QUESTION_LENGTH -> log2(1 + (double) questionTokens, 12);
            case TURNS -> log2(Math.max(1, turns), 5);
            case OUTPUT_LENGTH -> log2(1 + (double) maxTokens, 14);
            case REASONING_EFFORT -> share(reasoningEffort);
            case TOOLS -> tools ? 1 : 0;
            case SCHEMA -> schema ? 1 : 0;
            case CODE -> share(cues.code() / 4.0);
            case MATH -> share(cues.math() / 4.0);
            case REASONING_CUES -> share(cues.reasoning() / 3.0);
            case SIMPLE_CUES -> share(cues.simple() / 2.0);
            case EXAMPLES -> Math.clamp(Double.isNaN(examples) ? 0 : examples, -1, 1);
        };
    }

    private String bounded() {
        return question.length() <= MAX_CHARS
                ? question
                : question.substring(0, MAX_CHARS / 2) + "\n" + question.substring(question.length() - MAX_CHARS / 2);
    }

    private static double log2(double value, double full) {
        return share(Math.log(value) / LOG_2 / full);
    }

    private static double share(double value) {
        return Math.clamp(Double.isNaN(value) ? 0 : value, 0, 1);
    }
}
