package dev.penstock.cache.judge;

import dev.penstock.cache.bound.FixedSequence.Scored;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A judge of all examples, and how they are scored: each by a judge that was made of the half it is not in, so that a
 * threshold can be found on all of them. Examples that a veto holds for have no score: they are not served.
 *
 * @param judge with a threshold of 1: it serves nothing yet
 */
public record CrossFit(Judge judge, List<Scored> scored) {
    public CrossFit {
        scored = List.copyOf(scored);
    }

    /**
     * Makes it.
     *
     * @param random which example is in which half
     * @throws IllegalArgumentException where the examples of a half are all alike
     */
    public static CrossFit of(List<Example> examples, RandomGenerator random) {
        List<Example> one = new ArrayList<>();
        List<Example> other = new ArrayList<>();
        for (Example example : examples) {
            (random.nextBoolean() ? one : other).add(example);
        }
        List<Scored> scored = new ArrayList<>(examples.size());
        score(Calibration.fit(one), other, scored);
        score(Calibration.fit(other), one, scored);
        return new CrossFit(Calibration.fit(examples), scored);
    }

    private static void score(Judge judge, List<Example> examples, List<Scored> to) {
        for (Example example : examples) {
            double probability = judge.probability(example.one(), example.other(), example.cosine());
            if (probability > 0) {
                to.add(new Scored(probability, !example.serves()));
            }
        }
    }
}
