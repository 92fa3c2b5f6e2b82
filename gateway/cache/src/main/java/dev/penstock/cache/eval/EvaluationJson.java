package dev.penstock.cache.eval;

import dev.penstock.cache.bound.Binomial;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** An evaluation for programs. */
public final class EvaluationJson {
    private static final double TAIL = 0.025;
    private static final double PRECISION = 0.99;
    /** Of a curve, so many points are enough to draw it. */
    private static final int MOST_POINTS = 500;

    private EvaluationJson() {}

    /** One object on one line, without an end of the line: what the judge does at its threshold, and a cosine as precise. */
    public static String summary(Evaluation of) {
        return "{" + numbers(of) + "}";
    }

    /** The same with both curves. */
    public static String whole(Evaluation of) {
        return "{" + numbers(of) + ",\"judge_curve\":" + curve(of, of.judged()) + ",\"cosine_curve\":"
                + curve(of, of.cosine()) + "}";
    }

    private static String numbers(Evaluation of) {
        Curve.Point shipped = of.shipped();
        Curve.Point plain = of.plain();
        return String.format(
                Locale.ROOT,
                "\"pairs\":%d,\"serving\":%d,\"threshold\":%s,\"hits\":%d,\"wrong\":%d,\"hit_ratio\":%.6f,"
                        + "\"precision\":%.6f,\"precision_low\":%.6f,\"precision_high\":%.6f,\"cosine_threshold\":%s,"
                        + "\"cosine_hit_ratio\":%.6f,\"cosine_precision\":%.6f,\"hit_ratio_at_99\":%.6f,"
                        + "\"cosine_hit_ratio_at_99\":%.6f",
                of.pairs(),
                of.serving(),
                of.threshold().isPresent()
                        ? String.format(Locale.ROOT, "%.6f", of.threshold().getAsDouble())
                        : "null",
                shipped.hits(),
                shipped.wrong(),
                shipped.hitRatio(of.pairs()),
                shipped.precision(),
                shipped.hits() == 0 ? 0 : 1 - Binomial.upper(shipped.wrong(), shipped.hits(), TAIL),
                shipped.hits() == 0 ? 1 : 1 - Binomial.lower(shipped.wrong(), shipped.hits(), TAIL),
                plain.hits() == 0 ? "null" : String.format(Locale.ROOT, "%.6f", plain.threshold()),
                plain.hitRatio(of.pairs()),
                plain.precision(),
                of.judged().best(PRECISION).hitRatio(of.pairs()),
                of.cosine().best(PRECISION).hitRatio(of.pairs()));
    }

    private static String curve(Evaluation of, Curve curve) {
        int step = Math.max(1, curve.points().size() / MOST_POINTS);
        return IntStream.range(1, curve.points().size())
                .filter(i -> i % step == 0 || i + 1 == curve.points().size())
                .mapToObj(curve.points()::get)
                .map(point -> String.format(
                        Locale.ROOT,
                        "{\"threshold\":%.6f,\"hit_ratio\":%.6f,\"precision\":%.6f}",
                        point.threshold(),
                        point.hitRatio(of.pairs()),
                        point.precision()))
                .collect(Collectors.joining(",", "[", "]"));
    }
}
