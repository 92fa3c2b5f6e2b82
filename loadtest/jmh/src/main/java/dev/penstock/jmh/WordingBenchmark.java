package dev.penstock.jmh;

import dev.penstock.cache.judge.Judge;
import dev.penstock.cache.wording.Wording;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What a question costs the semantic cache beside its embedding: it is read once, and judged against the nearest. */
@State(Scope.Thread)
public class WordingBenchmark {
    private static final String QUESTION = "I'm travelling to Japan on Monday and couldn't find my new card anywhere,"
            + " so how do I order a replacement, and will it cost more than 10 euros?";
    private static final String OTHER = "How can I order a replacement for my new card, which I couldn't find, and will"
            + " it cost more than 10 euros? I'm on my way to Japan on Monday.";

    private final Judge judge = Judge.shipped();
    private final Wording one = Wording.of(QUESTION);
    private final Wording other = Wording.of(OTHER);

    /** A question of about 32 tokens is read. */
    @Benchmark
    public Wording read() {
        return Wording.of(QUESTION);
    }

    /** Two that were read are judged, with all vetoes and features. */
    @Benchmark
    public double judge() {
        return judge.probability(one, other, 0.95);
    }
}
