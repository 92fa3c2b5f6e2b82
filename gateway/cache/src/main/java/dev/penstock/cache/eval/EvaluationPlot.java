package dev.penstock.cache.eval;

import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** An evaluation as a picture (SVG): how much is served, from left to right, and how much of it is right, upwards. */
public final class EvaluationPlot {
    private static final int WIDTH = 720;
    private static final int HEIGHT = 420;
    private static final int MARGIN = 60;
    private static final double LEAST_PRECISION = 0.8;
    private static final int MOST_POINTS = 1_000;
    /** Of fewer hits a precision says nothing. */
    private static final int LEAST_HITS = 20;

    private EvaluationPlot() {}

    /** The file's text. */
    public static String svg(Evaluation of) {
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + WIDTH + " " + HEIGHT
                + "\" font-family=\"sans-serif\" font-size=\"12\">\n"
                + "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n" + grid()
                + line(of.judged(), of.pairs(), "#0a6", "the judge", 0)
                + line(of.cosine(), of.pairs(), "#c33", "plain cosine", 1) + dot(of) + "</svg>\n";
    }

    private static String grid() {
        StringBuilder svg = new StringBuilder();
        for (int tenth = 0; tenth <= 10; tenth++) {
            double x = x(tenth / 10.0);
            text(svg, x, HEIGHT - MARGIN + 18, "middle", String.format(Locale.ROOT, "%.1f", tenth / 10.0));
        }
        for (int hundredth = 80; hundredth <= 100; hundredth += 5) {
            double y = y(hundredth / 100.0);
            svg.append(String.format(
                    Locale.ROOT,
                    "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#ddd\"/>%n",
                    MARGIN,
                    y,
                    WIDTH - MARGIN,
                    y));
            text(svg, MARGIN - 6, y + 4, "end", String.format(Locale.ROOT, "%.2f", hundredth / 100.0));
        }
        text(svg, WIDTH / 2.0, HEIGHT - 14, "middle", "hit ratio");
        text(svg, MARGIN, MARGIN - 24, "start", "precision");
        return svg.toString();
    }

    private static void text(StringBuilder svg, double x, double y, String anchor, String words) {
        svg.append(String.format(
                Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n", x, y, anchor, words));
    }

    private static String line(Curve curve, long pairs, String colour, String name, int row) {
        int step = Math.max(1, curve.points().size() / MOST_POINTS);
        String points = IntStream.range(0, curve.points().size())
                .filter(i -> i % step == 0 || i + 1 == curve.points().size())
                .mapToObj(curve.points()::get)
                .filter(point -> point.hits() >= LEAST_HITS && point.precision() >= LEAST_PRECISION)
                .map(point -> String.format(Locale.ROOT, "%.1f,%.1f", x(point.hitRatio(pairs)), y(point.precision())))
                .collect(Collectors.joining(" "));
        StringBuilder svg = new StringBuilder(
                "<polyline fill=\"none\" stroke-width=\"2\" stroke=\"" + colour + "\" points=\"" + points + "\"/>\n");
        svg.append("<g fill=\"").append(colour).append("\">");
        text(svg, WIDTH - MARGIN, MARGIN - 24 + 16.0 * row, "end", name);
        return svg.append("</g>\n").toString();
    }

    private static String dot(Evaluation of) {
        Curve.Point shipped = of.shipped();
        return shipped.hits() == 0 || shipped.precision() < LEAST_PRECISION
                ? ""
                : String.format(
                        Locale.ROOT,
                        "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"5\" fill=\"#0a6\"/>%n",
                        x(shipped.hitRatio(of.pairs())),
                        y(shipped.precision()));
    }

    private static double x(double hitRatio) {
        return MARGIN + hitRatio * (WIDTH - 2 * MARGIN);
    }

    private static double y(double precision) {
        return HEIGHT - MARGIN - (precision - LEAST_PRECISION) / (1 - LEAST_PRECISION) * (HEIGHT - 2 * MARGIN);
    }
}
