/** What is asked in a simulation: recorded traces, and synthetic ones with their statistics. */
@NullMarked
package dev.penstock.loadtest.simulation.trace;

import org.jspecify.annotations.NullMarked;
