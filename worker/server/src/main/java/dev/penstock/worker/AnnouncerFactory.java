package dev.penstock.worker;

import dev.penstock.protocol.announcement.AnnouncedLoad;
import dev.penstock.protocol.announcement.Announcer;
import dev.penstock.protocol.announcement.WorkerDescription;
import java.util.function.Supplier;

/** Makes what tells the pool about a worker, once the worker knows what it serves and where. */
@FunctionalInterface
public interface AnnouncerFactory {
    /**
     * An announcer that is yet to be started.
     *
     * @param workerId the worker's name in the pool
     * @param description what the worker serves
     * @param load what it is doing, asked for at each heartbeat, on any thread
     */
    Announcer create(String workerId, WorkerDescription description, Supplier<AnnouncedLoad> load);
}
