package dev.penstock.gateway.admin;

import dev.penstock.routing.Site;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The pool as this gateway sees it at one moment.
 *
 * @param site where this gateway stands
 * @param workers every worker listed, by id
 * @param waiting requests that wait for room, by model; models with none are left out
 * @param refused announcements that were not believed since the start, by reason; each reason there is, also with 0
 * @param cluster the cluster; empty for a gateway without one
 */
public record PoolReport(
        Site site,
        List<WorkerReport> workers,
        Map<String, Integer> waiting,
        Map<String, Long> refused,
        Optional<Cluster> cluster) {
    public PoolReport {
        workers = List.copyOf(workers);
        waiting = Map.copyOf(waiting);
        refused = Map.copyOf(refused);
    }

    /**
     * The cluster.
     *
     * @param name its name
     * @param connected whether this gateway is a running member; if not, the workers are the last ones known
     * @param members how many gateways it has, this one included; 0 while it is not connected
     */
    public record Cluster(String name, boolean connected, int members) {}
}
