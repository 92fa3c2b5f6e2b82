package dev.penstock.protocol.announcement;

import java.time.Instant;
import java.util.regex.Pattern;

/**
 * One heartbeat: the whole state of a worker, never a difference, so that any of them may be lost.
 *
 * @param workerId its name in the pool, 1 to 128 characters of {@code [A-Za-z0-9._:/-]}
 * @param sequence which of this worker's announcements this is: later ones are greater
 * @param description what does not change from heartbeat to heartbeat
 * @param draining takes no new requests, finishes those it has
 * @param load what it is doing
 * @param sentAt the worker's own clock; for people, and to refuse old recordings
 */
public record WorkerAnnouncement(
        String workerId,
        Sequence sequence,
        WorkerDescription description,
        boolean draining,
        AnnouncedLoad load,
        Instant sentAt) {
    /** The version of record and seal that this program writes. It is part of the cluster's name. */
    public static final int PROTOCOL_VERSION = 1;

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._:/-]{1,128}");

    /**
     * Orders a worker's announcements, the replay guard: a reader takes only what is greater than all it has seen.
     *
     * @param incarnation which run of the worker: greater for later runs
     * @param counter which announcement of that run, from 1
     */
    public record Sequence(long incarnation, long counter) implements Comparable<Sequence> {
        public Sequence {
            Limits.range("incarnation", incarnation, 0, Long.MAX_VALUE);
            Limits.range("counter", counter, 1, Long.MAX_VALUE);
        }

        @Override
        public int compareTo(Sequence other) {
            int byIncarnation = Long.compare(incarnation, other.incarnation);
            return byIncarnation != 0 ? byIncarnation : Long.compare(counter, other.counter);
        }
    }

    public WorkerAnnouncement {
        if (!ID.matcher(workerId).matches()) {
            throw new IllegalArgumentException("worker-id: (expected: 1 to 128 characters of [A-Za-z0-9._:/-])");
        }
    }
}
