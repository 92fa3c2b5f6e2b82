package dev.penstock.cache.judge;

import dev.penstock.cache.bound.FixedSequence;
import dev.penstock.cache.bound.FixedSequence.Scored;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * A judge of all examples, and how they are scored: each by a judge that was made of those of another part, so that a
 * threshold can be found on all of them. Examples that a veto holds for have no score: they are not served.
 *
 * @param judge without a threshold: it serves nothing yet
 */
public record CrossFit(Judge judge, List<Scored> scored) {
    private static final int PARTS = 10;

    public CrossFit {
        scored = List.copyOf(scored);
    }

    /**
     * Makes it. There are ten parts: with two, which examples are in which decides more of the thresholds than what the
     * examples say.
     *
     * @param random which example is in which part
     * @throws IllegalArgumentException where the examples of nine parts are all alike
     */
    public static CrossFit of(List<Example> examples, RandomGenerator random) {
        int[] part = examples.stream().mapToInt(each -> random.nextInt(PARTS)).toArray();
        List<Scored> scored = new ArrayList<>(examples.size());
        for (int i = 0; i < PARTS; i++) {
            List<Example> own = new ArrayList<>();
            List<Example> others = new ArrayList<>();
            for (int at = 0; at < part.length; at++) {
                (part[at] == i ? own : others).add(examples.get(at));
            }
            score(Calibration.fit(others), own, scored);
        }
        return new CrossFit(Calibration.fit(examples), scored);
    }

    /**
     * The judge with a threshold for each target that is shown to be kept. What keeps a stricter target keeps a looser one,
     * so where it serves more (an early mistake can end the sequence of a looser one sooner) it is taken for both.
     *
     * @param targets the most that may be wrong of what is served, each above 0 and below 1
     * @param alpha for each target the probability of a mistake
     */
    public Judge judge(Collection<Double> targets, double alpha) {
        Map<Double, Double> thresholds = new HashMap<>();
        double loosest = 1;
        for (double target : new TreeSet<>(targets)) {
            OptionalDouble own = FixedSequence.loosest(scored, target, alpha);
            loosest = Math.min(loosest, own.orElse(1));
            if (own.isPresent() || !thresholds.isEmpty()) {
                thresholds.put(target, loosest);
            }
        }
        return judge.withThresholds(thresholds);
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
