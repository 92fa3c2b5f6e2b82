package dev.penstock.loadtest.simulation.engine;

import dev.penstock.loadtest.simulation.clock.VirtualClock;
import java.util.SplittableRandom;

/** What kind of engine a worker has. */
public sealed interface Shape permits EngineShape, ApiShape {
    /** Such an engine, with nothing to do. */
    Engine engine(VirtualClock clock, SplittableRandom random);
}
