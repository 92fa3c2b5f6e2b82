package dev.penstock.loadtest.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;

/** Places values along an axis, and says where its marks are. */
public sealed interface Scale {
    /** Where a value is: 0 at the axis' start, 1 at its end. */
    double place(double value);

    /** The marks, in order. */
    List<Mark> marks();

    /** A value with a line across the plot, and its label. */
    record Mark(double value, String label) {}

    /** Even steps from {@code from}, above which {@code to} lies. */
    record Linear(double from, double to, DoubleFunction<String> label) implements Scale {
        private static final int STEPS = 5;

        /** From 0 to the next round step beyond the largest value. */
        public static Linear upTo(double largest, DoubleFunction<String> label) {
            double end = largest > 0 ? largest : 1;
            double step = step(end);
            return new Linear(0, Math.ceil(end / step) * step, label);
        }

        @Override
        public double place(double value) {
            return (value - from) / (to - from);
        }

        @Override
        public List<Mark> marks() {
            double step = step(to - from);
            List<Mark> marks = new ArrayList<>();
            for (int i = (int) Math.ceil(from / step); i * step <= to + step * 1e-6; i++) {
                marks.add(new Mark(i * step, label.apply(i * step)));
            }
            return marks;
        }

        /** 1, 2 or 5 times a power of ten, so that about five steps cover the span. */
        private static double step(double span) {
            double rough = span / STEPS;
            double power = Math.pow(10, Math.floor(Math.log10(rough)));
            double times = rough / power;
            return power * (times <= 1 ? 1 : times <= 2 ? 2 : times <= 5 ? 5 : 10);
        }
    }

    /** Equal ratios at equal distances, between two values above 0. */
    record Log(double from, double to, DoubleFunction<String> label) implements Scale {
        /** From the power of ten below the smallest value to a round one above the largest. */
        public static Log around(double smallest, double largest, DoubleFunction<String> label) {
            double from = Math.pow(10, Math.floor(Math.log10(Math.max(1, smallest)) + 1e-9));
            double to = from * 10;
            while (to < largest) {
                to *= 10;
            }
            return new Log(from, to / 5 >= largest && to / 5 > from ? to / 5 : to / 2 >= largest ? to / 2 : to, label);
        }

        @Override
        public double place(double value) {
            return Math.log(Math.max(from, value) / from) / Math.log(to / from);
        }

        @Override
        public List<Mark> marks() {
            boolean fine = to / from <= 1000;
            List<Mark> marks = new ArrayList<>();
            for (double power = from; power <= to * 1.000001; power *= 10) {
                for (int times : fine ? new int[] {1, 2, 5} : new int[] {1}) {
                    if (power * times <= to * 1.000001) {
                        marks.add(new Mark(power * times, label.apply(power * times)));
                    }
                }
            }
            return marks;
        }
    }

    /**
     * Percentiles as HdrHistogram's plots have them: each further nine is as wide as the one before.
     *
     * @param nines how many; the axis ends where all but {@code 10^-nines} of the values are below
     */
    record Percentiles(int nines) implements Scale {
        /** As many nines as a number of values can tell, from 2 to 6. */
        public static Percentiles of(long values) {
            return new Percentiles((int) Math.clamp(Math.ceil(Math.log10((double) Math.max(1, values))), 2, 6));
        }

        @Override
        public double place(double percentile) {
            double beyond = Math.max(1 - percentile / 100, Math.pow(10, -nines));
            return -Math.log10(beyond) / nines;
        }

        @Override
        public List<Mark> marks() {
            List<Mark> marks = new ArrayList<>(List.of(new Mark(0, "0 %"), new Mark(50, "50 %")));
            for (int nine = 1; nine <= nines; nine++) {
                marks.add(new Mark(
                        100 - Math.pow(10, 2 - nine),
                        nine == 1 ? "90 %" : nine == 2 ? "99 %" : "99." + "9".repeat(nine - 2) + " %"));
            }
            return marks;
        }
    }
}
