package dev.penstock.jmh;

import dev.penstock.gateway.cluster.PoolFleet;
import dev.penstock.gateway.pipeline.Fleet.WorkerLease;
import dev.penstock.gateway.pipeline.Principal;
import dev.penstock.gateway.pipeline.RequestRecord;
import dev.penstock.gateway.pipeline.Work;
import dev.penstock.gateway.telemetry.RequestLog;
import dev.penstock.gateway.telemetry.RequestMeters;
import dev.penstock.routing.Operation;
import dev.penstock.routing.Outcome;
import dev.penstock.routing.TokenUsage;
import dev.penstock.routing.Worker;
import dev.penstock.runtime.telemetry.Logging;
import dev.penstock.runtime.telemetry.Metrics;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What is done once for every request, at its end. */
@State(Scope.Thread)
public class SettleBenchmark {
    private static final int WORKERS = 8;
    private static final TokenUsage USAGE = new TokenUsage(128, 98, 64, false);

    private final PrintStream standardError = System.err;
    private final PoolFleet fleet = Pool.of(WORKERS);
    private final Worker worker = fleet.directory().workers().getFirst();
    private final Metrics metrics = Metrics.create(Map.of("service", "penstock", "node", "gateway-1"));
    private final RequestMeters meters = new RequestMeters(metrics.registry(), fleet::directory);
    private final RequestLog log = new RequestLog(() -> true);
    private final Outcome.Succeeded succeeded =
            new Outcome.Succeeded(Duration.ofMillis(80), Duration.ofMillis(2_400), USAGE);
    private final RequestRecord record = new RequestRecord(
            "req_7f3a9c1e5b2d4860",
            Optional.of(new Principal("team-turbines")),
            Operation.CHAT,
            Optional.of(Pool.MODEL),
            Optional.of(worker.id()),
            true,
            200,
            "ok",
            1,
            USAGE,
            Duration.ZERO,
            Optional.of(Duration.ofMillis(80)),
            Duration.ofMillis(2_400));

    /** Logs as a server does, to nowhere. */
    @Setup
    public void discardLogs() {
        System.setErr(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
        Logging.configure(Logging.Format.JSON, Logging.Verbosity.INFO);
    }

    /** Gives standard error back. */
    @TearDown
    public void restore() {
        System.setErr(standardError);
        metrics.close();
    }

    /** A place at a worker, taken and given back. */
    @Benchmark
    public WorkerLease lease() {
        WorkerLease lease =
                fleet.dispatch(worker, Work.of(worker.models().getFirst(), 1)).orElseThrow();
        lease.end(succeeded);
        return lease;
    }

    /** The meters. */
    @Benchmark
    public void meters() {
        meters.settle(record);
    }

    /** A line of JSON in the request log. */
    @Benchmark
    public void log() {
        log.settle(record);
    }
}
