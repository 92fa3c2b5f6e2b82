package dev.penstock.routing.policy.score;

import dev.penstock.routing.spi.Scorer;
import java.util.List;

/** A scorer that is the sum of others, which an explanation names one by one. */
public interface Itemized {
    /**
     * One of them.
     *
     * @param name as the explanation names it
     */
    record Term(String name, Scorer scorer) {}

    /** All of them. Seconds among them count for {@link dev.penstock.routing.Worth#dollarsPerSecond} where the sum is dollars. */
    List<Term> terms();
}
