package dev.penstock.protocol.announcement;

import java.time.Duration;

/** What workers and gateways agree on besides the records themselves. */
public final class AnnouncementMap {
    /** The map's name: worker id to sealed record. */
    public static final String NAME = "penstock.workers";

    /** From one heartbeat to the next. */
    public static final Duration HEARTBEAT = Duration.ofMillis(500);

    /** After so long without a heartbeat the map drops a record. That is tidying up only: leases are judged by gateways. */
    public static final Duration TIME_TO_LIVE = Duration.ofMinutes(2);

    private AnnouncementMap() {}
}
