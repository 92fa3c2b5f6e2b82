package dev.penstock.loadtest.simulation.pool;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Predicate;

/**
 * Who waits at a gateway, by the rules of its queues: first come, first served, and whoever finds no room blocks those
 * after with the same needs, not those with others.
 */
final class WaitingLine {
    private final Deque<Request> free = new ArrayDeque<>();
    private final Deque<Request> confined = new ArrayDeque<>();

    private Deque<Request> of(Request request) {
        return request.confined ? confined : free;
    }

    int size() {
        return free.size() + confined.size();
    }

    boolean blocks(Request newcomer) {
        return !of(newcomer).isEmpty();
    }

    void add(Request request) {
        of(request).addLast(request);
    }

    /** Puts a request where it was before: it has waited already. */
    void addFirst(Request request) {
        of(request).addFirst(request);
    }

    void remove(Request request) {
        of(request).remove(request);
    }

    /** Places as many as there is room for. */
    void serve(Predicate<Request> place) {
        boolean freeBlocked = free.isEmpty();
        boolean confinedBlocked = confined.isEmpty();
        while (!freeBlocked || !confinedBlocked) {
            Deque<Request> next = confinedBlocked
                    ? free
                    : freeBlocked ? confined : free.getFirst().number < confined.getFirst().number ? free : confined;
            Request request = next.getFirst();
            // Off the queue first: a placement may fail at once, and then it comes back by itself.
            next.removeFirst();
            boolean placed = place.test(request);
            if (!placed) {
                next.addFirst(request);
            }
            freeBlocked |= free.isEmpty() || (!placed && next == free);
            confinedBlocked |= confined.isEmpty() || (!placed && next == confined);
        }
    }
}
