package dev.penstock.loadtest.matrix.rows;

import dev.penstock.loadtest.faults.FaultProxy;
import dev.penstock.loadtest.matrix.FaultBench;
import dev.penstock.loadtest.matrix.GatewayFile;
import dev.penstock.loadtest.matrix.GatewayNode;
import dev.penstock.loadtest.matrix.Loads;
import dev.penstock.loadtest.matrix.Waiting;
import dev.penstock.loadtest.mock.MockEngine;
import dev.penstock.loadtest.mock.MockSettings;
import dev.penstock.loadtest.process.ChildProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Gateways and workers of one cluster, each of which can be restarted where it was. Behind each worker is a mock. */
final class RestartedPool implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final Duration CHECK = Duration.ofMillis(200);
    private static final Map<String, String> SECRET =
            Map.of("PENSTOCK_CLUSTER_SECRET", "a secret for one run of the matrix");

    private final FaultBench bench;
    /** Looked at by the checks while one is put in the place of another. */
    private final List<GatewayNode> gateways = new CopyOnWriteArrayList<>();

    private final List<GatewayFile> gatewayFiles = new ArrayList<>();
    private final List<ChildProcess> workers = new ArrayList<>();
    private final List<String> workerFiles = new ArrayList<>();
    private final List<URI> workerHealths = new ArrayList<>();
    private final AtomicInteger turn = new AtomicInteger();
    private final Thread checks = Thread.ofVirtual().unstarted(this::check);
    private volatile List<InetSocketAddress> ready = List.of();
    private int restarts;
    private int disorderly;
    private double slowestEndMillis;

    RestartedPool(FaultBench bench) throws IOException, InterruptedException {
        this.bench = bench;
        List<Integer> members = List.of(bench.ports().next(), bench.ports().next());
        String addresses = "[127.0.0.1:" + members.get(0) + ", 127.0.0.1:" + members.get(1) + "]";
        for (int member : members) {
            GatewayFile file = GatewayFile.before(List.of())
                    .with(
                            "cluster",
                            "{secret: env:PENSTOCK_CLUSTER_SECRET, host: 127.0.0.1, port: " + member + ", members: "
                                    + addresses + "}");
            gatewayFiles.add(file);
            gateways.add(bench.startGateway(
                    "gateway-" + gateways.size(),
                    file,
                    bench.ports().next(),
                    bench.ports().next(),
                    SECRET));
        }
        for (GatewayNode gateway : gateways) {
            bench.await(gateway);
        }
        for (int i = 0; i < 3; i++) {
            startWorker(i, addresses);
        }
        awaitWhole();
        checks.start();
    }

    private void startWorker(int index, String members) throws IOException, InterruptedException {
        MockEngine engine = bench.mock(MockSettings.instant()
                .withKey(Loads.key(bench.seed()))
                .withPace(Duration.ofMillis(10), Duration.ofMillis(10)));
        int port = bench.ports().next();
        Path file = bench.write(
                "worker-" + index + ".yaml", """
                id: worker-%d
                listener: {host: 127.0.0.1, port: %d}
                sidecar:
                  url: %s/v1
                  models: [{name: %s}]
                cluster: {secret: env:PENSTOCK_CLUSTER_SECRET, members: %s}
                """.formatted(index, port, engine.uri(), FaultBench.MODEL, members));
        workerFiles.add(file.toString());
        workerHealths.add(URI.create("http://127.0.0.1:" + port + "/health"));
        workers.add(worker(index));
    }

    private ChildProcess worker(int index) throws IOException, InterruptedException {
        return bench.process(
                "worker-" + index, List.of("worker", "-c", workerFiles.get(index)), SECRET, workerHealths.get(index));
    }

    /** What a load balancer does: a connection goes to the next of those that say that they are ready. */
    FaultProxy balancer() throws IOException {
        FaultProxy proxy = FaultProxy.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), this::inTurn, bench.seed());
        bench.onClose(proxy::close);
        return proxy;
    }

    private List<InetSocketAddress> inTurn() {
        List<InetSocketAddress> now = ready;
        List<InetSocketAddress> turned = new ArrayList<>();
        int first = turn.getAndIncrement();
        for (int i = 0; i < now.size(); i++) {
            turned.add(now.get(Math.floorMod(first + i, now.size())));
        }
        return turned;
    }

    private void check() {
        try {
            while (true) {
                List<InetSocketAddress> now = new ArrayList<>();
                for (GatewayNode gateway : gateways) {
                    if (gateway.ready()) {
                        now.add(new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.port()));
                    }
                }
                ready = now;
                Thread.sleep(CHECK);
            }
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }

    /** Restarts every process once; each serves before the next one's turn comes. */
    void restartAll() throws IOException, InterruptedException {
        for (int i = 0; i < workers.size(); i++) {
            end(workers.get(i));
            workers.set(i, worker(i));
            awaitWhole();
        }
        for (int i = 0; i < gateways.size(); i++) {
            GatewayNode before = gateways.get(i);
            end(before.process());
            GatewayNode after = bench.startGateway(
                    "gateway-" + i,
                    gatewayFiles.get(i),
                    before.port(),
                    before.admin().getPort(),
                    SECRET);
            gateways.set(i, bench.await(after));
            awaitWhole();
        }
    }

    private void end(ChildProcess process) throws InterruptedException {
        long began = System.nanoTime();
        process.terminate();
        Optional<Integer> code = process.awaitEnd(LIMIT);
        slowestEndMillis = Math.max(slowestEndMillis, Waiting.millisSince(began));
        disorderly += code.equals(Optional.of(0)) ? 0 : 1;
        restarts++;
    }

    /** Until every gateway sends requests to every worker. */
    private void awaitWhole() throws IOException, InterruptedException {
        for (GatewayNode gateway : gateways) {
            for (int i = 0; i < workers.size(); i++) {
                String id = "worker-" + i;
                Waiting.require(id + " at every gateway", LIMIT, () -> gateway.routes(id));
            }
        }
    }

    int restarts() {
        return restarts;
    }

    int disorderly() {
        return disorderly;
    }

    double slowestEndMillis() {
        return slowestEndMillis;
    }

    @Override
    public void close() {
        checks.interrupt();
    }
}
