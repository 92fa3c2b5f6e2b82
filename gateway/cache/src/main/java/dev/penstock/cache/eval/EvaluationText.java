package dev.penstock.cache.eval;

import dev.penstock.cache.bound.Binomial;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/** An evaluation as a table, with the bounds of Clopper and Pearson that hold with a probability of 0.95. */
public final class EvaluationText {
    private static final double TAIL = 0.025;
    private static final List<Double> PRECISIONS = List.of(0.9, 0.95, 0.98, 0.99, 0.995);
    private static final List<Double> COSINES = List.of(0.8, 0.85, 0.9, 0.95);

    private EvaluationText() {}

    /**
     * Lines of text, the last ended too.
     *
     * @param thresholds of the judge, by the most that may be wrong of what is served: each has a line of its own
     */
    public static String of(Evaluation of, Map<Double, Double> thresholds) {
        StringBuilder text = new StringBuilder();
        line(text, "%d pairs, of %d of them one answer serves both", of.pairs(), of.serving());
        text.append('\n');
        line(text, "%-38s %9s  %-18s %9s  %s", "", "hit ratio", "(95 %)", "precision", "(95 %)");
        row(text, of, "the judge, " + threshold(of.threshold()), of.shipped());
        row(text, of, "plain cosine, as precise", of.plain());
        thresholds.forEach((target, threshold) -> row(
                text,
                of,
                String.format(Locale.ROOT, "the judge for %s, threshold %.4f", target, threshold),
                of.judged().at(threshold)));
        for (double cosine : COSINES) {
            row(
                    text,
                    of,
                    String.format(Locale.ROOT, "plain cosine, threshold %.2f", cosine),
                    of.cosine().at(cosine));
        }
        text.append('\n');
        line(text, "%-38s %9s  %9s  %s", "at a measured precision of", "judge", "cosine", "judge / cosine");
        for (double precision : PRECISIONS) {
            double judged = of.judged().best(precision).hitRatio(of.pairs());
            double cosine = of.cosine().best(precision).hitRatio(of.pairs());
            line(
                    text,
                    "%-38s %9.4f  %9.4f  %s",
                    precision,
                    judged,
                    cosine,
                    cosine == 0 ? "-" : String.format(Locale.ROOT, "%.2f", judged / cosine));
        }
        return text.toString();
    }

    private static String threshold(OptionalDouble threshold) {
        return threshold.isPresent()
                ? String.format(Locale.ROOT, "threshold %.4f", threshold.getAsDouble())
                : "which serves nothing";
    }

    private static void row(StringBuilder text, Evaluation of, String name, Curve.Point point) {
        line(
                text,
                "%-38s %9.4f  %.4f to %.4f   %9.4f  %s",
                name,
                point.hitRatio(of.pairs()),
                Binomial.lower(point.hits(), of.pairs(), TAIL),
                Binomial.upper(point.hits(), of.pairs(), TAIL),
                point.precision(),
                point.hits() == 0
                        ? "-"
                        : String.format(
                                Locale.ROOT,
                                "%.4f to %.4f",
                                1 - Binomial.upper(point.wrong(), point.hits(), TAIL),
                                1 - Binomial.lower(point.wrong(), point.hits(), TAIL)));
    }

    private static void line(StringBuilder text, String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
