package dev.penstock.jmh;

import dev.penstock.gateway.cluster.EndpointRules;
import dev.penstock.gateway.cluster.EngineSignals;
import dev.penstock.gateway.cluster.PoolFleet;
import dev.penstock.gateway.cluster.PoolRules;
import dev.penstock.gateway.cluster.ProbePlan;
import dev.penstock.gateway.cluster.StaticWorker;
import dev.penstock.gateway.pipeline.Work;
import dev.penstock.protocol.announcement.ClusterSecret;
import dev.penstock.routing.Accelerator;
import dev.penstock.routing.Capability;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Price;
import dev.penstock.routing.ServedModel;
import dev.penstock.routing.Site;
import dev.penstock.routing.Worker;
import dev.penstock.routing.WorkerId;
import dev.penstock.routing.limit.ProbeResult;
import dev.penstock.runtime.telemetry.Logging;
import io.vertx.core.Future;
import java.net.URI;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** Pools of workers that all serve the one model and are all available. */
final class Pool {
    static final ModelId MODEL = new ModelId(Samples.MODEL);
    static final int CAPACITY = 8;

    private static final ServedModel SERVED = new ServedModel(
            MODEL,
            "",
            0,
            0,
            "",
            EnumSet.of(Capability.CHAT, Capability.COMPLETION, Capability.TOOLS, Capability.JSON_OBJECT),
            Optional.of(new Price(0.5, 1.5)));

    private Pool() {}

    /** A pool of idle workers. */
    static PoolFleet of(int workers) {
        Logging.configure(Logging.Format.TEXT, Logging.Verbosity.WARN);
        PoolFleet fleet = new PoolFleet(
                ClusterSecret.of("a secret for benchmarks only"),
                new EndpointRules(EndpointRules.PRIVATE_NETWORKS),
                PoolRules.DEFAULT,
                (worker, path, timeout) -> Future.succeededFuture(ProbeResult.ALIVE));
        fleet.replaceUpstreams(
                IntStream.range(0, workers).mapToObj(Pool::worker).toList());
        return fleet;
    }

    private static StaticWorker worker(int index) {
        return new StaticWorker(
                new WorkerId("worker-" + index),
                URI.create("http://127.0.0.1:" + (10_000 + index)),
                Accelerator.CPU,
                Site.LOCAL,
                CAPACITY,
                List.of(SERVED),
                ProbePlan.NONE,
                EngineSignals.NONE);
    }

    /** A pool whose workers have from none to all but one of their places taken. */
    static PoolFleet loaded(int workers, RandomGenerator random) {
        PoolFleet fleet = of(workers);
        for (Worker worker : fleet.directory().workers()) {
            occupy(fleet, worker, random.nextInt(CAPACITY));
        }
        return fleet;
    }

    /** A pool in which nobody has room. */
    static PoolFleet full(int workers) {
        PoolFleet fleet = of(workers);
        fleet.directory().workers().forEach(worker -> occupy(fleet, worker, CAPACITY));
        return fleet;
    }

    private static void occupy(PoolFleet fleet, Worker worker, int places) {
        for (int i = 0; i < places; i++) {
            var unused = fleet.dispatch(worker, Work.of(SERVED, 1)).orElseThrow();
        }
    }
}
