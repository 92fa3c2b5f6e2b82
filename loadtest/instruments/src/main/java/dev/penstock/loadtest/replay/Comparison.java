package dev.penstock.loadtest.replay;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * One logged decision beside what another policy does with it.
 *
 * @param group of what was chosen then: a worker as a model
 * @param weight by which what came of it counts for the other policy: how likely that chooses the same, over how likely the
 *     one of the log did
 * @param observed by figure, what came of it; NaN where unknown
 * @param forecast by figure, what had been forecast of it; NaN where unknown
 * @param choices what the other policy chooses
 * @param differs how likely it chooses something else
 * @param nobody how likely it chooses nobody
 */
record Comparison(
        int group,
        double weight,
        Map<Figure, Double> observed,
        Map<Figure, Double> forecast,
        List<Choice> choices,
        double differs,
        double nobody) {
    /**
     * What a policy may choose.
     *
     * @param group a worker as a model
     * @param probability that it is chosen
     * @param forecast by figure
     */
    record Choice(int group, double probability, Map<Figure, Double> forecast) {}

    Comparison {
        observed = new EnumMap<>(observed);
        forecast = new EnumMap<>(forecast);
        choices = List.copyOf(choices);
    }

    /** Whether all that an estimate of the figure is made of is known. */
    boolean knows(Figure figure) {
        return !choices.isEmpty()
                && Double.isFinite(observed.getOrDefault(figure, Double.NaN))
                && forecast.getOrDefault(figure, Double.NaN) > 0
                && choices.stream()
                        .allMatch(choice -> Double.isFinite(choice.forecast().getOrDefault(figure, Double.NaN)));
    }
}
