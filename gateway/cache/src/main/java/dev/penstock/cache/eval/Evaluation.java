package dev.penstock.cache.eval;

import dev.penstock.cache.bound.FixedSequence.Scored;
import dev.penstock.cache.index.Embedding;
import dev.penstock.cache.judge.Example;
import dev.penstock.cache.judge.Judge;
import dev.penstock.cache.wording.Wording;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * How a judge and plain cosines do on labelled pairs.
 *
 * @param pairs how many there are
 * @param serving of how many one answer serves both
 * @param judged by the judge's probability
 * @param cosine by the cosine alone
 * @param threshold what the judge serves from on; empty where it serves nothing
 */
public record Evaluation(long pairs, long serving, Curve judged, Curve cosine, OptionalDouble threshold) {
    /**
     * Measures.
     *
     * @param threshold the least probability that is served; empty where nothing is
     */
    public static Evaluation of(Judge judge, OptionalDouble threshold, List<Example> examples) {
        List<Scored> judged = new ArrayList<>(examples.size());
        List<Scored> cosine = new ArrayList<>(examples.size());
        for (Example example : examples) {
            double probability = judge.probability(example.one(), example.other(), example.cosine());
            judged.add(new Scored(probability, !example.serves()));
            cosine.add(new Scored(example.cosine(), !example.serves()));
        }
        long serving = examples.stream().filter(Example::serves).count();
        return new Evaluation(examples.size(), serving, Curve.of(judged), Curve.of(cosine), threshold);
    }

    /**
     * Pairs as examples, each text read and embedded once.
     *
     * @param embedder gives the vector of a text
     */
    public static List<Example> examples(List<Pair> pairs, Function<String, float[]> embedder) {
        Map<String, Wording> wordings = new HashMap<>();
        Map<String, Embedding> embeddings = new HashMap<>();
        List<Example> examples = new ArrayList<>(pairs.size());
        for (Pair pair : pairs) {
            Embedding a = embeddings.computeIfAbsent(pair.a(), text -> Embedding.of(embedder.apply(text)));
            Embedding b = embeddings.computeIfAbsent(pair.b(), text -> Embedding.of(embedder.apply(text)));
            examples.add(new Example(
                    wordings.computeIfAbsent(pair.a(), Wording::of),
                    wordings.computeIfAbsent(pair.b(), Wording::of),
                    a.cosine(b),
                    pair.serves()));
        }
        return examples;
    }

    /** What the judge serves at its threshold. */
    public Curve.Point shipped() {
        return judged.at(threshold.orElse(Double.POSITIVE_INFINITY));
    }

    /** What the loosest plain threshold of at least that precision serves. */
    public Curve.Point plain() {
        return cosine.best(shipped().precision());
    }
}
