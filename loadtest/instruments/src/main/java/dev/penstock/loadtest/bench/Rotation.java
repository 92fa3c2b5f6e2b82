package dev.penstock.loadtest.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The order of a round. */
public final class Rotation {
    private Rotation() {}

    /** Each round begins one further, so that no target is always the one after a certain other. */
    public static <T> List<T> of(List<T> targets, int round) {
        List<T> order = new ArrayList<>(targets);
        Collections.rotate(order, -(round % Math.max(1, targets.size())));
        return order;
    }
}
