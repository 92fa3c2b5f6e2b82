package dev.penstock.loadtest.bench;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Nothing in between: what the mock and the generator can do themselves. */
public final class DirectTarget implements BenchTarget {
    /** Its name. */
    public static final String NAME = "direct";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<String> missing() {
        return Optional.empty();
    }

    @Override
    public boolean warmsUp() {
        return true;
    }

    @Override
    public RunningTarget start(TargetSetup setup) {
        return new RunningTarget(
                NAME,
                "",
                setup.upstream(),
                setup.upstream(),
                Optional.empty(),
                Map.of(),
                MockPace.MODEL,
                Optional.empty(),
                false,
                List.of());
    }
}
