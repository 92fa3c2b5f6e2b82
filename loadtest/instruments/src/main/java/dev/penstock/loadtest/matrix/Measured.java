package dev.penstock.loadtest.matrix;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a row has measured.
 *
 * @param figures each with what it must keep
 */
public record Measured(List<Figure> figures) {
    /** A list that does not change. */
    public Measured {
        figures = List.copyOf(figures);
    }

    /** Whether each figure kept what it must. A row that has measured nothing has not held. */
    public boolean held() {
        return !figures.isEmpty() && figures.stream().allMatch(Figure::kept);
    }

    /** All figures, in their order. */
    public String text() {
        return figures.stream().map(Figure::text).collect(Collectors.joining("; "));
    }

    /** Collects figures. */
    public static final class Figures {
        private final List<Figure> figures = new ArrayList<>();

        /** None yet. */
        public Figures() {}

        /** A value that must not be above a limit. */
        public Figures atMost(String name, double value, String unit, double limit) {
            figures.add(new Figure(name, value, unit, Figure.Bound.AT_MOST, limit));
            return this;
        }

        /** A value that must not be below a limit. */
        public Figures atLeast(String name, double value, String unit, double limit) {
            figures.add(new Figure(name, value, unit, Figure.Bound.AT_LEAST, limit));
            return this;
        }

        /** A count that must not be above a limit. */
        public Figures atMost(String name, long value, long limit) {
            return atMost(name, (double) value, "", (double) limit);
        }

        /** A count that must not be below a limit. */
        public Figures atLeast(String name, long value, long limit) {
            return atLeast(name, (double) value, "", (double) limit);
        }

        /** A count that is told and not judged. */
        public Figures told(String name, long value) {
            return told(name, (double) value, "");
        }

        /** A count that must be this one. */
        public Figures exactly(String name, long value, long wanted) {
            figures.add(new Figure(name, (double) value, "", Figure.Bound.EXACTLY, (double) wanted));
            return this;
        }

        /** A value that is told and not judged. */
        public Figures told(String name, double value, String unit) {
            figures.add(new Figure(name, value, unit, Figure.Bound.NONE, 0));
            return this;
        }

        /** What was collected. */
        public Measured measured() {
            return new Measured(figures);
        }
    }
}
