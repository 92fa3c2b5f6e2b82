/** Time that passes only because something happens: the discrete-event clock of a simulation. */
@NullMarked
package dev.penstock.loadtest.simulation.clock;

import org.jspecify.annotations.NullMarked;
