package dev.penstock.routing.policy;

import dev.penstock.routing.LoadView;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Placement;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.Site;
import dev.penstock.routing.policy.score.Prediction;
import dev.penstock.routing.spi.Options;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Edge first or cloud first: who is preferred among those who passed every filter. It puts them in front and removes nobody,
 * so whoever is not preferred is still a fallback.
 *
 * <p>Edge first means the edge until no edge worker has room, or the shortest wait predicted at those that have is longer
 * than {@code spill-seconds}. Then the cloud, until that wait is at most {@code resume-seconds}: the gap keeps the two from
 * alternating. Whether a model has spilled is all that is remembered, for {@link #MAX_SPILLED} models at most; beyond that
 * a model has the one threshold only.
 *
 * <p>Cloud first means the cloud while anybody there has room.
 */
final class SitePreference {
    /** Options of every policy: {@code spill-seconds}, 2, and {@code resume-seconds}, half of that. */
    static final List<String> OPTIONS = List.of("spill-seconds", "resume-seconds");

    private static final int MAX_SPILLED = 1024;
    private static final double LONGEST_SECONDS = 3600;

    private final double spillSeconds;
    private final double resumeSeconds;
    private final Set<ModelId> spilled = ConcurrentHashMap.newKeySet();

    /** @throws IllegalArgumentException for values that the options cannot have */
    SitePreference(Options options) {
        this.spillSeconds = options.number("spill-seconds", 2, 0, LONGEST_SECONDS);
        this.resumeSeconds = options.number("resume-seconds", spillSeconds / 2, 0, spillSeconds);
    }

    /**
     * What was preferred.
     *
     * @param count how many of the rows are, from the front
     * @param reason in a word or two
     */
    record Preferred(int count, String reason) {}

    /** Whether the request prefers a site at all. */
    static boolean isAsked(RoutingContext context) {
        Placement placement = context.constraints().placement();
        return placement == Placement.EDGE_FIRST || placement == Placement.CLOUD_FIRST;
    }

    /**
     * Puts the rows that are preferred in front.
     *
     * @param count how many rows passed, at least one
     * @param before how many passed all but the last filter, which is room
     */
    Preferred prefer(RoutingContext context, Decision candidates, LoadView load, int count, int before) {
        int[] rows = candidates.rows;
        if (context.constraints().placement() == Placement.CLOUD_FIRST) {
            int cloud = front(candidates, rows, count, Site.Kind.CLOUD);
            if (cloud > 0) {
                return new Preferred(cloud, "cloud");
            }
            String why = absence(context, candidates, load, before, Site.Kind.CLOUD);
            return new Preferred(count, why.isEmpty() ? "edge" : "degraded: cloud " + why);
        }
        int edge = front(candidates, rows, count, Site.Kind.EDGE);
        if (edge == 0) {
            String why = absence(context, candidates, load, before, Site.Kind.EDGE);
            return new Preferred(count, why.isEmpty() ? "cloud" : "spilled: edge " + why);
        }
        double wait = shortestWait(context, candidates, load, edge);
        if (!spills(context.model(), wait)) {
            return new Preferred(edge, "edge");
        }
        if (edge == count) {
            String why = absence(context, candidates, load, before, Site.Kind.CLOUD);
            return new Preferred(count, why.isEmpty() ? "edge" : "degraded: cloud " + why);
        }
        int cloud = front(candidates, rows, count, Site.Kind.CLOUD);
        return new Preferred(cloud, "spilled: edge wait " + tenths(wait) + " s");
    }

    /** Puts those of that kind of site in front, in their order; returns how many. */
    private static int front(Decision candidates, int[] rows, int count, Site.Kind kind) {
        int[] others = candidates.group;
        int front = 0;
        int rest = 0;
        for (int k = 0; k < count; k++) {
            int row = rows[k];
            if (candidates.worker(row).site().kind() == kind) {
                rows[front++] = row;
            } else {
                others[rest++] = row;
            }
        }
        System.arraycopy(others, 0, rows, front, rest);
        return front;
    }

    private static double shortestWait(RoutingContext context, Decision candidates, LoadView load, int count) {
        Prediction prediction = new Prediction(context);
        double shortest = Double.POSITIVE_INFINITY;
        for (int k = 0; k < count; k++) {
            shortest = Math.min(
                    shortest,
                    prediction.at(candidates, load, candidates.rows[k]).waitSeconds());
        }
        return shortest;
    }

    private boolean spills(ModelId model, double wait) {
        if (wait > spillSeconds) {
            if (spilled.size() < MAX_SPILLED) {
                spilled.add(model);
            }
            return true;
        }
        if (spilled.isEmpty() || !spilled.contains(model)) {
            return false;
        }
        if (wait <= resumeSeconds) {
            spilled.remove(model);
            return false;
        }
        return true;
    }

    /** Why nobody of that kind of site is among those with room; empty where the model has none that may run the request. */
    private static String absence(
            RoutingContext context, Decision candidates, LoadView load, int before, Site.Kind kind) {
        for (int k = 0; k < before; k++) {
            if (candidates.worker(candidates.before[k]).site().kind() == kind) {
                return "full";
            }
        }
        boolean any = false;
        for (int row = 0; row < candidates.size(); row++) {
            Site site = candidates.worker(row).site();
            if (site.kind() == kind && context.constraints().permits(site)) {
                any = true;
                if (load.available(candidates.slot(row))) {
                    return "unfit";
                }
            }
        }
        return any ? "down" : "";
    }

    /** With one digit after the point: cheaper than a formatter, on a path that a full edge makes hot. */
    private static String tenths(double seconds) {
        long tenths = Math.round(seconds * 10);
        return tenths / 10 + "." + tenths % 10;
    }
}
