package dev.penstock.loadtest.report;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.DoubleFunction;
import java.util.stream.Collectors;

/**
 * Bars from 0 along a common axis, one below the other, drawn as SVG. A whisker says how far the figure varied.
 *
 * @param name what it shows, for those who do not see it
 * @param axisName the axis' name, with its unit
 * @param label writes marks of the axis
 * @param bars from the top
 * @param reference where a line crosses all bars, to compare them to
 */
public record BarChart(
        String name, String axisName, DoubleFunction<String> label, List<Bar> bars, OptionalDouble reference) {
    private static final int WIDTH = 960;
    private static final int LEFT = 200;
    private static final int RIGHT = 150;
    private static final int TOP = 6;
    private static final int BOTTOM = 46;
    private static final int PITCH = 32;
    private static final int THICKNESS = 18;

    /**
     * A bar.
     *
     * @param name at its left
     * @param value its length
     * @param min where its whisker begins
     * @param max where its whisker ends
     * @param text at its right
     * @param look its class in the style sheet: {@code first} to {@code sixth}
     */
    public record Bar(String name, double value, double min, double max, String text, String look) {}

    /** The drawing, to be put into a section. */
    public String svg() {
        double most = bars.stream()
                .mapToDouble(bar -> Math.max(bar.value(), bar.max()))
                .max()
                .orElse(1);
        Scale scale = Scale.Linear.upTo(Math.max(most, reference.orElse(0)), label);
        int bottom = TOP + bars.size() * PITCH;
        StringBuilder svg = new StringBuilder("<svg viewBox=\"0 0 ")
                .append(WIDTH + " " + (bottom + BOTTOM))
                .append("\" role=\"img\" aria-label=\"")
                .append(Html.escape(name))
                .append("\">")
                .append(scale.marks().stream()
                        .map(mark -> mark(scale, mark, bottom))
                        .collect(Collectors.joining()));
        for (int i = 0; i < bars.size(); i++) {
            svg.append(bar(scale, bars.get(i), TOP + i * PITCH + PITCH / 2));
        }
        reference.ifPresent(at -> svg.append("<path class=\"whisker\" stroke-dasharray=\"4 4\" d=\"M")
                .append(number(left(scale, at)) + " " + TOP + "V" + bottom + "\"/>"));
        return svg.append("<text class=\"axis-name middle\" x=\"" + (LEFT + WIDTH - RIGHT) / 2 + "\" y=\"")
                .append(bottom + BOTTOM - 8)
                .append("\">")
                .append(Html.escape(axisName))
                .append("</text></svg>\n")
                .toString();
    }

    private static String mark(Scale scale, Scale.Mark mark, int bottom) {
        String at = number(left(scale, mark.value()));
        return "<path class=\"grid\" d=\"M" + at + " " + TOP + "V" + bottom + "\"/><text class=\"mark middle\" x=\""
                + at + "\" y=\"" + (bottom + 17) + "\">" + Html.escape(mark.label()) + "</text>";
    }

    private static String bar(Scale scale, Bar bar, int middle) {
        double end = left(scale, bar.value());
        double furthest = Math.max(end, left(scale, bar.max()));
        String whisker = bar.max() > bar.min()
                ? "<path class=\"whisker\" d=\"M" + number(left(scale, bar.min())) + " " + middle + "H"
                        + number(left(scale, bar.max())) + "m0 -4v8M" + number(left(scale, bar.min())) + " "
                        + (middle - 4) + "v8\"/>"
                : "";
        return "<text class=\"name end\" x=\"" + (LEFT - 10) + "\" y=\"" + middle + "\" dy=\".35em\">"
                + Html.escape(bar.name()) + "</text><rect class=\"bar " + bar.look() + "\" rx=\"2\" x=\"" + LEFT
                + "\" y=\"" + (middle - THICKNESS / 2) + "\" width=\"" + number(Math.max(1, end - LEFT))
                + "\" height=\"" + THICKNESS + "\"/>" + whisker + "<text class=\"value\" x=\"" + number(furthest + 8)
                + "\" y=\"" + middle + "\" dy=\".35em\">" + Html.escape(bar.text()) + "</text>";
    }

    private static double left(Scale scale, double value) {
        return LEFT + Math.clamp(scale.place(value), 0, 1) * (WIDTH - LEFT - RIGHT);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
