package dev.penstock.loadtest.matrix;

import java.io.IOException;

/** One row of the matrix: a fault, what must hold under it, and how to find out. */
public interface FaultRow {
    /** What it is asked for by: lower-case words and dashes. */
    String name();

    /** What goes wrong, in a few words. */
    String fault();

    /** What must hold, in a few words. */
    String expected();

    /**
     * Makes the fault and measures.
     *
     * @param bench what to make it with; what is opened through it is closed afterwards
     * @throws IOException when a process does not start, or something that is needed does not answer: nothing was measured
     */
    Measured run(FaultBench bench) throws IOException, InterruptedException;
}
