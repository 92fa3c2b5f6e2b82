package dev.penstock.cache.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.cache.judge.Example;
import dev.penstock.cache.judge.Judge;
import dev.penstock.cache.wording.Wording;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

final class EvaluationTest {
    private static final Judge BY_COSINE = Judge.parse("intercept -8\ncosine 10\nthreshold 0.01 0.85");
    private static final Wording LOST = Wording.of("I have lost my card, what should I do?");
    /** The probabilities are 0.88, 0.84, 0.82, 0.5. */
    private static final List<Example> EXAMPLES = List.of(
            new Example(LOST, LOST, 1.0, true),
            new Example(LOST, LOST, 0.965, true),
            new Example(LOST, LOST, 0.95, false),
            new Example(LOST, LOST, 0.8, false));

    @Test
    void aThresholdIsMeasured() {
        Evaluation measured = Evaluation.of(BY_COSINE, BY_COSINE.threshold(0.01), EXAMPLES);
        assertEquals(1, measured.shipped().hits());
        assertEquals(0, measured.shipped().wrong());
        Evaluation looser = Evaluation.of(BY_COSINE, OptionalDouble.of(0.8), EXAMPLES);
        assertEquals(3, looser.shipped().hits());
        assertEquals(1, looser.shipped().wrong());
        assertTrue(EvaluationJson.summary(looser).contains("\"threshold\":0.800000,\"hits\":3,\"wrong\":1,"));
        String text = EvaluationText.of(looser, BY_COSINE.thresholds());
        assertTrue(text.contains("the judge, threshold 0.8000"), text);
        assertTrue(text.contains("the judge for 0.01, threshold 0.8500"), text);
    }

    @Test
    void withoutAThresholdNothingIsServed() {
        Evaluation closed = Evaluation.of(BY_COSINE, BY_COSINE.threshold(0.001), EXAMPLES);
        assertEquals(0, closed.shipped().hits());
        String json = EvaluationJson.summary(closed);
        assertTrue(json.contains("\"threshold\":null,\"hits\":0,\"wrong\":0,\"hit_ratio\":0.000000,"), json);
        assertTrue(json.contains("\"cosine_hit_ratio_at_99\":0.5"), "the curves are measured all the same: " + json);
        assertTrue(EvaluationText.of(closed, Map.of()).contains("the judge, which serves nothing"));
    }
}
