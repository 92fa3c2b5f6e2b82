package dev.penstock.gateway.pipeline;

import dev.penstock.gateway.config.Criticality;
import dev.penstock.gateway.pipeline.QueueLane.Waiter;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who goes where one more comes than may wait: of the least critical, the newcomer among them, the newest of the tenant that
 * has most waiting for its weight. So neither a flood of one tenant nor batches keep others out of a queue.
 */
final class QueueShedding {
    private static final List<Criticality> LEAST_FIRST =
            List.of(Criticality.values()).reversed();

    private QueueShedding() {}

    /** Who makes room for the newcomer; empty where it is the newcomer itself that has to go. */
    static <T> Optional<Waiter<T>> victim(Collection<QueueLane<T>> lanes, Share newcomer) {
        for (Criticality lower : LEAST_FIRST) {
            if (lower == newcomer.criticality) {
                break;
            }
            Map<String, Tally<T>> tallies = tallies(lanes, lower);
            if (!tallies.isEmpty()) {
                return Optional.of(largest(tallies).newest());
            }
        }
        Map<String, Tally<T>> equals = tallies(lanes, newcomer.criticality);
        if (equals.isEmpty()) {
            return Optional.empty();
        }
        Tally<T> largest = largest(equals);
        int its = Optional.ofNullable(equals.get(newcomer.tenant))
                .map(Tally::waiting)
                .orElse(0);
        return largest.perWeight() > (its + 1) / newcomer.weight ? Optional.of(largest.newest()) : Optional.empty();
    }

    /** A tenant's waiters of a class. */
    private record Tally<T>(int waiting, Waiter<T> newest) {
        double perWeight() {
            return waiting / newest.share().weight;
        }

        Tally<T> and(Tally<T> other) {
            return new Tally<>(
                    waiting + other.waiting, newest.arrival() > other.newest.arrival() ? newest : other.newest);
        }
    }

    private static <T> Map<String, Tally<T>> tallies(Collection<QueueLane<T>> lanes, Criticality criticality) {
        Map<String, Tally<T>> tallies = new HashMap<>();
        for (QueueLane<T> lane : lanes) {
            for (Map.Entry<String, Deque<Waiter<T>>> tenant :
                    lane.of(criticality).entrySet()) {
                Tally<T> here =
                        new Tally<>(tenant.getValue().size(), tenant.getValue().getLast());
                tallies.merge(tenant.getKey(), here, Tally::and);
            }
        }
        return tallies;
    }

    private static <T> Tally<T> largest(Map<String, Tally<T>> tallies) {
        Optional<Tally<T>> largest = Optional.empty();
        for (Tally<T> tally : tallies.values()) {
            boolean larger = largest.isEmpty()
                    || tally.perWeight() > largest.get().perWeight()
                    || (tally.perWeight() == largest.get().perWeight()
                            && tally.newest().arrival() > largest.get().newest().arrival());
            if (larger) {
                largest = Optional.of(tally);
            }
        }
        return largest.orElseThrow();
    }
}
