package dev.penstock.loadtest.matrix.rows;

import dev.penstock.loadtest.matrix.FaultRow;
import java.util.List;

/** All rows. */
public final class FaultMatrix {
    private FaultMatrix() {}

    /** All rows, in the order of the table. */
    public static List<FaultRow> rows() {
        return List.of(
                new KilledBeforeFirstToken(),
                new KilledMidStream(),
                new SlowWorker(),
                new SomeServerErrors(),
                new AllWorkersBusy(),
                new ConnectionsReset(),
                new HalfOpen(),
                new Garbage(),
                new EndlessLine(),
                new ClientGone(),
                new SlowReaders(),
                new IdleConnections(),
                new SlowClients(),
                new Bombs(),
                new BadRequests(),
                new GzipBomb(),
                new ConfigReloads(),
                new RollingRestart());
    }
}
