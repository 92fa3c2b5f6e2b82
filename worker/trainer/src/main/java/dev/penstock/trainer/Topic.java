package dev.penstock.trainer;

import java.util.List;
import java.util.random.RandomGenerator;

/** A source of questions of one kind. */
interface Topic {

    String name();

    /** A question whose phrasing and whose combination of facts both belong to {@code part}. */
    Question ask(Part part, RandomGenerator random);

    /** Everything that this topic's questions are phrased with. */
    List<Phrasings> phrasings();
}
