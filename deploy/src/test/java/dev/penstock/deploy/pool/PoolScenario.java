package dev.penstock.deploy.pool;

import dev.penstock.deploy.pool.ProcessPool.Gateway;
import dev.penstock.deploy.pool.ProcessPool.Patience;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What may happen to a pool, one after the other, under steady load on both gateways: workers come, die and leave, the
 * cluster is cut, a gateway dies.
 */
final class PoolScenario {
    private final Map<String, Double> seconds = new LinkedHashMap<>();
    private final Map<String, List<String>> failures = new LinkedHashMap<>();
    private int answered;

    /** How long each took, by name. */
    Map<String, Double> seconds() {
        return seconds;
    }

    /** The requests that failed, by what happened meanwhile. */
    Map<String, List<String>> failures() {
        return failures;
    }

    /** Requests that were answered. */
    int answered() {
        return answered;
    }

    /** What was measured, a line each. */
    String report() {
        StringBuilder text = new StringBuilder();
        seconds.forEach((what, took) -> text.append(String.format(Locale.ROOT, "%-58s %6.2f s%n", what, took)));
        failures.forEach(
                (what, failed) -> failed.forEach(failure -> text.append(failure).append('\n')));
        failures.forEach((what, failed) -> text.append(
                String.format(Locale.ROOT, "%-58s %6d requests failed%n", "during: " + what, failed.size())));
        return text.append(answered).append(" requests answered\n").toString();
    }

    void run(Path directory, Path modelDirectory, Patience patience) throws IOException, InterruptedException {
        try (ProcessPool pool = new ProcessPool(directory, modelDirectory, patience)) {
            PenstockNode first = pool.startWorker("worker-1");
            PenstockNode second = pool.startWorker("worker-2");
            for (Gateway gateway : pool.gateways()) {
                Poll.until("a cluster of two", () -> pool.members(gateway) == 2);
                for (PenstockNode worker : List.of(first, second)) {
                    Poll.until(
                            worker.name() + " at " + gateway.node().name(), () -> pool.routes(gateway, worker.name()));
                }
            }
            workers(pool, first, second);
            cluster(pool);
        }
    }

    private void workers(ProcessPool pool, PenstockNode first, PenstockNode second)
            throws IOException, InterruptedException {
        PenstockNode third = pool.startWorker("worker-3");
        underLoad("a new worker", pool, pool.gateways(), () -> {
            third.awaitHealthy();
            timed("a new worker, from serving to routed to", pool, third.name(), true);
        });
        underLoad("kill -9 of a worker", pool, pool.gateways(), () -> {
            first.kill();
            timed("a worker ended with kill -9, until gone", pool, first.name(), false);
        });
        underLoad("a worker leaves in order", pool, pool.gateways(), () -> {
            long start = System.nanoTime();
            int exit = second.stop();
            seconds.put("a worker that leaves in order, until its process has ended", since(start));
            if (exit != 0) {
                failures.computeIfAbsent("a worker leaves in order", key -> new ArrayList<>())
                        .add("exit code " + exit);
            }
            timed("  and gone from every gateway", pool, second.name(), false);
        });
    }

    private void cluster(ProcessPool pool) throws IOException, InterruptedException {
        underLoad("the cluster is cut for longer than a lease", pool, pool.gateways(), () -> {
            pool.gateways().forEach(gateway -> gateway.cluster().cut());
            long start = System.nanoTime();
            while (since(start) < 8) {
                for (Gateway gateway : pool.gateways()) {
                    if (!pool.routes(gateway, "worker-3")) {
                        failures.computeIfAbsent("the cluster is cut for longer than a lease", key -> new ArrayList<>())
                                .add("worker-3 was given up by "
                                        + gateway.node().name());
                    }
                }
                Thread.sleep(50);
            }
            pool.gateways().forEach(gateway -> gateway.cluster().mend());
        });
        PenstockNode fourth = pool.startWorker("worker-4").awaitHealthy();
        for (Gateway gateway : pool.gateways()) {
            seconds.put(
                    "after the cut, a new worker at " + gateway.node().name(),
                    Poll.until("the tables come together", () -> pool.routes(gateway, fourth.name())));
        }
        Gateway dying = pool.gateways().getFirst();
        Gateway other = pool.gateways().getLast();
        underLoad("kill -9 of a gateway, at the other", pool, List.of(other), () -> {
            dying.node().kill();
            long start = System.nanoTime();
            while (since(start) < 4) {
                for (String worker : List.of("worker-3", "worker-4")) {
                    if (!pool.routes(other, worker)) {
                        failures.computeIfAbsent("kill -9 of a gateway, at the other", key -> new ArrayList<>())
                                .add(worker + " was given up");
                    }
                }
                Thread.sleep(50);
            }
        });
    }

    /** Something that happens while requests run. */
    @FunctionalInterface
    private interface Event {
        void happen() throws IOException, InterruptedException;
    }

    private void underLoad(String what, ProcessPool pool, List<Gateway> gateways, Event event)
            throws IOException, InterruptedException {
        failures.put(what, new ArrayList<>());
        List<SteadyLoad> loads = new ArrayList<>();
        try {
            for (Gateway gateway : gateways) {
                loads.add(pool.load(gateway));
                loads.add(pool.load(gateway));
            }
            for (SteadyLoad load : loads) {
                Poll.until(
                        "requests are answered",
                        () -> load.answered() + load.failures().size() > 3);
            }
            event.happen();
            for (SteadyLoad load : loads) {
                int now = load.answered();
                Poll.until("requests are answered", () -> load.answered() > now + 5);
            }
        } finally {
            for (SteadyLoad load : loads) {
                load.stop();
                answered += load.answered();
                failures.computeIfAbsent(what, key -> new ArrayList<>()).addAll(load.failures());
            }
        }
    }

    private void timed(String what, ProcessPool pool, String worker, boolean routed)
            throws IOException, InterruptedException {
        double slowest = 0;
        for (Gateway gateway : pool.gateways()) {
            slowest += Poll.until(what + " at " + gateway.node().name(), () -> pool.routes(gateway, worker) == routed);
        }
        seconds.put(what, slowest);
    }

    private static double since(long startNanos) {
        return (System.nanoTime() - startNanos) / 1e9;
    }
}
