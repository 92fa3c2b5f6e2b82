package dev.penstock.cache.eval;

import dev.penstock.cache.bound.FixedSequence.Scored;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Precision against hit ratio, as a threshold goes from strict to loose.
 *
 * @param all how many pairs there are, served or not
 * @param points in the order of falling thresholds; the first serves nothing
 */
public record Curve(long all, List<Point> points) {
    /**
     * What a threshold serves.
     *
     * @param wrong of the hits, those that should not have been served
     */
    public record Point(double threshold, long hits, long wrong) {
        /** Of the hits, the share that is right; 1 of none. */
        public double precision() {
            return hits == 0 ? 1 : (double) (hits - wrong) / hits;
        }

        /** Of all pairs, the share that is served. */
        public double hitRatio(long all) {
            return all == 0 ? 0 : (double) hits / all;
        }
    }

    public Curve {
        points = List.copyOf(points);
    }

    /** Of scores; one of 0 or less is never served. */
    public static Curve of(List<Scored> scored) {
        List<Scored> strictFirst = scored.stream()
                .filter(each -> each.score() > 0)
                .sorted(Comparator.comparingDouble(Scored::score).reversed())
                .toList();
        List<Point> points = new ArrayList<>();
        points.add(new Point(Double.POSITIVE_INFINITY, 0, 0));
        long wrong = 0;
        for (int i = 0; i < strictFirst.size(); i++) {
            Scored each = strictFirst.get(i);
            wrong += each.wrong() ? 1 : 0;
            boolean last = i + 1 == strictFirst.size() || strictFirst.get(i + 1).score() < each.score();
            if (last) {
                points.add(new Point(each.score(), i + 1L, wrong));
            }
        }
        return new Curve(scored.size(), points);
    }

    /** What a threshold serves. */
    public Point at(double threshold) {
        Point found = points.getFirst();
        for (Point point : points) {
            if (point.threshold() < threshold) {
                break;
            }
            found = point;
        }
        return found;
    }

    /** Of the thresholds with at least that precision, the one that serves most. */
    public Point best(double precision) {
        return points.stream()
                .filter(point -> point.precision() >= precision)
                .max(Comparator.comparingLong(Point::hits))
                .orElseGet(points::getFirst);
    }
}
