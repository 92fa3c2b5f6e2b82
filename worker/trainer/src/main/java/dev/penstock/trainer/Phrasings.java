package dev.penstock.trainer;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Ways to ask for the same thing, with {@code {a}}, {@code {b}} where values go. Some are never trained on.
 *
 * @param training what training asks
 * @param heldOut what only the examination asks
 */
record Phrasings(List<String> training, List<String> heldOut) {

    Phrasings {
        training = List.copyOf(training);
        heldOut = List.copyOf(heldOut);
    }

    /** One phrasing a line. */
    static Phrasings of(String training, String heldOut) {
        return new Phrasings(training.lines().toList(), heldOut.lines().toList());
    }

    List<String> in(Part part) {
        return part == Part.TRAINING ? training : heldOut;
    }

    String pick(Part part, RandomGenerator random) {
        return Pick.from(in(part), random);
    }

    static String fill(String phrasing, Object a) {
        return phrasing.replace("{a}", String.valueOf(a));
    }

    static String fill(String phrasing, Object a, Object b) {
        return fill(phrasing, a).replace("{b}", String.valueOf(b));
    }
}
