package dev.penstock.trainer;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Random choices. */
final class Pick {

    private static final int MOST_TRIES = 10_000;

    private Pick() {}

    static <T> T from(List<T> values, RandomGenerator random) {
        return values.get(random.nextInt(values.size()));
    }

    /** {@code count} different values in random order. */
    static <T> List<T> distinct(List<T> values, int count, RandomGenerator random) {
        List<T> rest = new ArrayList<>(values);
        List<T> picked = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            picked.add(rest.remove(random.nextInt(rest.size())));
        }
        return picked;
    }

    /**
     * The first combination drawn that belongs to a part.
     *
     * @param label the combination's name, equal for equal combinations; its {@code toString} is hashed
     */
    static <T> T combination(Part part, String label, Supplier<T> draw) {
        for (int i = 0; i < MOST_TRIES; i++) {
            T drawn = draw.get();
            if (part.admits(label + " " + drawn)) {
                return drawn;
            }
        }
        throw new IllegalStateException(label + ": no combination in " + part + " after " + MOST_TRIES + " tries");
    }
}
