package dev.penstock.gateway.cluster;

import dev.penstock.routing.Worker;
import dev.penstock.routing.limit.ProbeResult;
import io.vertx.core.Future;
import java.time.Duration;

/** Port: asks a worker how it is. Does not block; never fails, a failure is a {@link ProbeResult}. */
@FunctionalInterface
public interface WorkerProbe {
    /** Asks once. */
    Future<ProbeResult> probe(Worker worker, String path, Duration timeout);
}
