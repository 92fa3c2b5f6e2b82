package dev.penstock.deploy;

import dev.penstock.gateway.GatewayProcess;
import dev.penstock.gateway.GatewayStartException;
import dev.penstock.gateway.config.GatewayConfig;
import dev.penstock.protocol.announcement.AnnouncementSeal;
import dev.penstock.routing.ModelId;
import dev.penstock.runtime.config.ConfigWatch;
import dev.penstock.worker.AnnouncerFactory;
import dev.penstock.worker.announce.HeartbeatAnnouncer;
import dev.penstock.worker.config.WorkerConfig;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * A gateway and a worker in one process. They start side by side, since each takes a second or two; the worker announces
 * itself through the gateway's own member of the cluster, and answers nobody but the gateway.
 */
final class LocalPool implements AutoCloseable {
    private static final Duration HEARTBEAT = Duration.ofMillis(500);
    private static final Duration SERVED_LIMIT = Duration.ofSeconds(30);
    private static final long GLANCE_NANOS = 5_000_000;

    private final GatewayProcess gateway;
    private final WorkerNode worker;
    private final AtomicBoolean leaving;

    private LocalPool(GatewayProcess gateway, WorkerNode worker, AtomicBoolean leaving) {
        this.gateway = gateway;
        this.worker = worker;
        this.leaving = leaving;
    }

    /**
     * Starts both; the worker's models are served when this returns.
     *
     * @throws CommandFailedException where a port is taken, or a model does not load
     */
    static LocalPool start(GatewayConfig gatewayConfig, WorkerConfig workerConfig) {
        var gateway = new CompletableFuture<GatewayProcess>();
        var leaving = new AtomicBoolean();
        var worker = CompletableFuture.supplyAsync(
                () -> WorkerNode.start(
                        workerConfig,
                        announcers(gateway, leaving),
                        header -> gateway.isDone()
                                && gateway.join().clusterSecret().authorizes(header)),
                task -> Thread.ofPlatform().name("start-worker").daemon().start(task));
        boolean served = false;
        try {
            gateway.complete(GatewayProcess.start(gatewayConfig));
            var pool = new LocalPool(gateway.join(), worker.join(), leaving);
            pool.awaitServed();
            served = true;
            return pool;
        } catch (GatewayStartException refused) {
            throw CommandFailedException.usage(refused.getMessage());
        } catch (CompletionException failed) {
            throw failed.getCause() instanceof CommandFailedException known ? known : failed;
        } finally {
            if (!served) {
                leaving.set(true);
                gateway.completeExceptionally(new IllegalStateException("the gateway did not start"));
                var unusedGateway = gateway.thenAcceptAsync(GatewayProcess::close);
                var unusedWorker = worker.thenAcceptAsync(WorkerNode::close);
            }
        }
    }

    /** Called when the models are loaded, on a thread that may wait for the gateway. */
    private static AnnouncerFactory announcers(CompletableFuture<GatewayProcess> gateway, AtomicBoolean leaving) {
        return (id, description, load) -> new HeartbeatAnnouncer(
                id,
                () -> description,
                load,
                new AnnouncementSeal(gateway.join().clusterSecret()),
                new EmbeddedChannel(gateway.join().channel(), leaving::get),
                HEARTBEAT,
                InstantSource.system(),
                System::nanoTime);
    }

    private void awaitServed() {
        worker.awaitReady();
        var wanted = worker.models().stream().map(ModelId::new).toList();
        for (long began = System.nanoTime();
                !gateway.models().containsAll(wanted);
                LockSupport.parkNanos(GLANCE_NANOS)) {
            if (System.nanoTime() - began > SERVED_LIMIT.toNanos()) {
                throw CommandFailedException.failure("the gateway does not see its worker after "
                        + SERVED_LIMIT.toSeconds() + " s: " + worker.models());
            }
        }
    }

    /** The API. */
    URI url() {
        return gateway.endpoint();
    }

    /** The admin listener. */
    URI adminUrl() {
        return gateway.adminEndpoint();
    }

    /** The models of all workers, by name. */
    List<String> models() {
        return gateway.models().stream().map(ModelId::value).toList();
    }

    /** Has the gateway follow its file. */
    void follow(ConfigWatch<GatewayConfig> watch) {
        gateway.follow(watch);
    }

    /** Ends in order: the gateway with the requests that run, then the worker, whom nobody asks any more. */
    @Override
    public void close() {
        // From here on the gateway takes no request it would need the worker's word for, and soon hears nobody.
        leaving.set(true);
        gateway.close();
        worker.close();
    }
}
