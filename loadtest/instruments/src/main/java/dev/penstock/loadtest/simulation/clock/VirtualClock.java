package dev.penstock.loadtest.simulation.clock;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A clock that jumps from event to event. Events of one moment happen in the order in which they were asked for, so that a
 * run depends on nothing but what it was given. A heap of four children a node over arrays: the times that are compared lie
 * side by side.
 */
public final class VirtualClock {
    private static final int CHILDREN = 4;

    private long[] times = new long[1024];
    private long[] orders = new long[1024];
    private @Nullable Event[] events = new Event[1024];
    private int size;
    private long asked;
    private long nowNanos;
    private long happened;

    /** The moment, nanoseconds from the start. */
    public long nowNanos() {
        return nowNanos;
    }

    /** How many events have happened. */
    public long happened() {
        return happened;
    }

    /**
     * Has an event happen at a moment.
     *
     * @throws IllegalArgumentException when that is over
     */
    public void at(long timeNanos, Event event) {
        if (timeNanos < nowNanos) {
            throw new IllegalArgumentException("time: " + timeNanos + " (expected: >= " + nowNanos + ")");
        }
        if (size == times.length) {
            times = Arrays.copyOf(times, 2 * size);
            orders = Arrays.copyOf(orders, 2 * size);
            events = Arrays.copyOf(events, 2 * size);
        }
        int at = size++;
        long order = asked++;
        while (at > 0) {
            int parent = (at - 1) / CHILDREN;
            if (before(parent, timeNanos, order)) {
                break;
            }
            move(parent, at);
            at = parent;
        }
        put(at, timeNanos, order, event);
    }

    /** Has an event happen so much later; no time at all is after what is asked for already. */
    public void after(long delayNanos, Event event) {
        at(nowNanos + Math.max(0, delayNanos), event);
    }

    /** Lets the next event happen; false where there is none. */
    public boolean step() {
        Event next = events[0];
        if (size == 0 || next == null) {
            return false;
        }
        nowNanos = times[0];
        removeFirst();
        happened++;
        next.happen();
        return true;
    }

    private void removeFirst() {
        size--;
        long time = times[size];
        long order = orders[size];
        Event event = events[size];
        events[size] = null;
        if (size == 0) {
            return;
        }
        int at = 0;
        for (int first = 1; first < size; first = at * CHILDREN + 1) {
            int least = first;
            for (int child = first + 1; child < Math.min(first + CHILDREN, size); child++) {
                if (before(child, times[least], orders[least])) {
                    least = child;
                }
            }
            if (!before(least, time, order)) {
                break;
            }
            move(least, at);
            at = least;
        }
        put(at, time, order, event);
    }

    private boolean before(int at, long time, long order) {
        return times[at] < time || (times[at] == time && orders[at] < order);
    }

    private void move(int from, int to) {
        times[to] = times[from];
        orders[to] = orders[from];
        events[to] = events[from];
    }

    private void put(int at, long time, long order, @Nullable Event event) {
        times[at] = time;
        orders[at] = order;
        events[at] = event;
    }
}
