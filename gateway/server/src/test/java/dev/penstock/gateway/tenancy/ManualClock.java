package dev.penstock.gateway.tenancy;

import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Time that passes when told. */
public final class ManualClock implements TimeMeter, InstantSource {
    private final Instant start;
    private Duration passed = Duration.ZERO;

    public ManualClock(Instant start) {
        this.start = start;
    }

    public void advance(Duration by) {
        passed = passed.plus(by);
    }

    @Override
    public Instant instant() {
        return start.plus(passed);
    }

    @Override
    public long currentTimeNanos() {
        return passed.toNanos();
    }

    @Override
    public boolean isWallClockBased() {
        return false;
    }
}
