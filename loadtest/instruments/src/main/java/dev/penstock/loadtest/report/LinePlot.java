package dev.penstock.loadtest.report;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A plot of lines over a common axis, drawn as SVG.
 *
 * @param title what it shows
 * @param xName the horizontal axis' name, with its unit
 * @param yName the vertical axis' name, with its unit
 * @param x the horizontal axis
 * @param y the vertical axis
 * @param series at most six, told apart by colour and by dashes
 * @param shaded where the horizontal axis is shaded, from its start; nothing where it is 0
 * @param shadedName what the shade says
 * @param notes what is said where the pointer rests
 */
public record LinePlot(
        String title,
        String xName,
        String yName,
        Scale x,
        Scale y,
        List<Series> series,
        double shaded,
        String shadedName,
        List<Note> notes) {
    private static final int WIDTH = 960;
    private static final int HEIGHT = 320;
    private static final int LEFT = 76;
    private static final int RIGHT = 36;
    private static final int TOP = 14;
    private static final int BOTTOM = 52;
    private static final int MOST_NOTES = 900;

    /**
     * A line.
     *
     * @param look its class in the style sheet
     * @param area whether it is filled down to the axis
     */
    public record Series(String name, String look, boolean area, List<Point> points) {}

    /** A point; one whose y is not a number is a gap in the line. */
    public record Point(double x, double y) {}

    /** A text for a stretch of the horizontal axis. */
    public record Note(double from, double to, String text) {}

    /** The drawing in a section of its own. */
    public String html() {
        return "<section class=\"card\"><h2>" + Html.escape(title) + "</h2>" + legend()
                + "<svg viewBox=\"0 0 " + WIDTH + " " + HEIGHT + "\" role=\"img\" aria-label=\"" + Html.escape(title)
                + "\">" + shade() + grid() + series.stream().map(this::draw).collect(Collectors.joining()) + notesHtml()
                + names() + "</svg></section>\n";
    }

    private String legend() {
        return series.stream()
                .map(line -> "<li><svg viewBox=\"0 0 28 10\" aria-hidden=\"true\"><path class=\"line " + line.look()
                        + "\" d=\"M1 5H27\"/></svg>" + Html.escape(line.name()) + "</li>")
                .collect(Collectors.joining("", "<ul class=\"legend\">", "</ul>"));
    }

    private String shade() {
        if (shaded <= 0) {
            return "";
        }
        double width = left(shaded) - LEFT;
        return "<rect class=\"shade\" x=\"" + LEFT + "\" y=\"" + TOP + "\" width=\"" + number(width) + "\" height=\""
                + (HEIGHT - TOP - BOTTOM) + "\"/><text class=\"shade-name\" x=\"" + (LEFT + 6) + "\" y=\"" + (TOP + 15)
                + "\">" + Html.escape(shadedName) + "</text>";
    }

    private String grid() {
        StringBuilder svg = new StringBuilder();
        for (Scale.Mark mark : y.marks()) {
            String at = number(top(mark.value()));
            svg.append("<path class=\"grid\" d=\"M")
                    .append(LEFT)
                    .append(' ')
                    .append(at)
                    .append('H')
                    .append(WIDTH - RIGHT);
            svg.append("\"/><text class=\"mark end\" x=\"")
                    .append(LEFT - 8)
                    .append("\" y=\"")
                    .append(at);
            svg.append("\" dy=\".35em\">").append(Html.escape(mark.label())).append("</text>");
        }
        for (Scale.Mark mark : x.marks()) {
            String at = number(left(mark.value()));
            svg.append("<path class=\"tick\" d=\"M")
                    .append(at)
                    .append(' ')
                    .append(HEIGHT - BOTTOM)
                    .append("v5\"/>");
            svg.append("<text class=\"mark middle\" x=\"")
                    .append(at)
                    .append("\" y=\"")
                    .append(HEIGHT - BOTTOM + 19);
            svg.append("\">").append(Html.escape(mark.label())).append("</text>");
        }
        return svg.append(
                        "<path class=\"axis\" d=\"M" + LEFT + " " + (HEIGHT - BOTTOM) + "H" + (WIDTH - RIGHT) + "\"/>")
                .toString();
    }

    private String names() {
        int middle = (TOP + HEIGHT - BOTTOM) / 2;
        return "<text class=\"axis-name middle\" x=\"" + (LEFT + WIDTH - RIGHT) / 2 + "\" y=\"" + (HEIGHT - 10) + "\">"
                + Html.escape(xName) + "</text><text class=\"axis-name middle\" transform=\"translate(16 " + middle
                + ") rotate(-90)\">" + Html.escape(yName) + "</text>";
    }

    private String draw(Series line) {
        String path = path(line.points());
        if (path.isEmpty()) {
            return "";
        }
        String area = line.area() && line.points().stream().noneMatch(point -> Double.isNaN(point.y()))
                ? "<path class=\"area " + line.look() + "\" d=\"" + path + "V" + (HEIGHT - BOTTOM) + "H"
                        + number(left(line.points().getFirst().x())) + "Z\"/>"
                : "";
        return area + "<path class=\"line " + line.look() + "\" d=\"" + path + "\"/>";
    }

    /** A lone point between gaps is drawn as a short stroke, since a line of no length is not seen. */
    private String path(List<Point> points) {
        StringBuilder path = new StringBuilder();
        boolean drawing = false;
        for (Point point : points) {
            if (Double.isNaN(point.y())) {
                drawing = false;
                continue;
            }
            String at = number(left(point.x())) + " " + number(top(point.y()));
            path.append(drawing ? "L" + at : "M" + at + "h.1");
            drawing = true;
        }
        return path.toString();
    }

    private String notesHtml() {
        if (notes.size() > MOST_NOTES) {
            return "";
        }
        return notes.stream()
                .map(note -> "<rect class=\"note\" x=\"" + number(left(note.from())) + "\" y=\"" + TOP + "\" width=\""
                        + number(left(note.to()) - left(note.from())) + "\" height=\"" + (HEIGHT - TOP - BOTTOM)
                        + "\"><title>" + Html.escape(note.text()) + "</title></rect>")
                .collect(Collectors.joining());
    }

    private double left(double value) {
        return LEFT + Math.clamp(x.place(value), 0, 1) * (WIDTH - LEFT - RIGHT);
    }

    private double top(double value) {
        return HEIGHT - BOTTOM - Math.clamp(y.place(value), 0, 1) * (HEIGHT - TOP - BOTTOM);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
