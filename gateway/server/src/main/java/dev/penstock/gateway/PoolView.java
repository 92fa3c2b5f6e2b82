package dev.penstock.gateway;

import dev.penstock.gateway.admin.PoolReport;
import dev.penstock.gateway.admin.WorkerReport;
import dev.penstock.gateway.cluster.Membership;
import dev.penstock.gateway.cluster.PoolFleet;
import dev.penstock.gateway.cluster.RefusalReason;
import dev.penstock.gateway.cluster.WorkerStatus;
import dev.penstock.gateway.pipeline.Pipeline;
import dev.penstock.protocol.announcement.ClusterSecret;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Site;
import dev.penstock.routing.limit.FailureAccrual;
import dev.penstock.routing.limit.Reachability;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Puts together what the admin listener tells of the pool. */
final class PoolView {
    private final Supplier<Site> site;
    private final PoolFleet fleet;
    private final Optional<Membership> membership;
    private final ClusterSecret secret;
    private final Pipeline pipeline;

    PoolView(
            Supplier<Site> site,
            PoolFleet fleet,
            Optional<Membership> membership,
            ClusterSecret secret,
            Pipeline pipeline) {
        this.site = site;
        this.fleet = fleet;
        this.membership = membership;
        this.secret = secret;
        this.pipeline = pipeline;
    }

    PoolReport report() {
        Map<String, Integer> waiting = new TreeMap<>();
        for (ModelId model : fleet.directory().models()) {
            int count = pipeline.waiting(model);
            if (count > 0) {
                waiting.put(model.value(), count);
            }
        }
        Map<String, Long> refused = new TreeMap<>();
        for (RefusalReason reason : RefusalReason.values()) {
            refused.put(reason.label(), fleet.refused(reason));
        }
        return new PoolReport(
                site.get(),
                fleet.status().stream().map(PoolView::worker).toList(),
                waiting,
                refused,
                membership.map(this::cluster));
    }

    private PoolReport.Cluster cluster(Membership joined) {
        return new PoolReport.Cluster(secret.clusterName(), joined.members() > 0, joined.members());
    }

    private static WorkerReport worker(WorkerStatus status) {
        return new WorkerReport(
                status.worker(),
                status.announced(),
                state(status),
                status.inFlight(),
                status.reportedLoad(),
                status.ageMillis(),
                status.penstock(),
                new WorkerReport.Link(status.linkSeconds(), status.linkLoss()));
    }

    private static WorkerReport.State state(WorkerStatus status) {
        if (status.draining()) {
            return WorkerReport.State.DRAINING;
        }
        if (status.reachability() == Reachability.State.UNPROVEN) {
            return WorkerReport.State.UNPROVEN;
        }
        if (status.reachability() == Reachability.State.SUSPECT || status.reachability() == Reachability.State.SILENT) {
            return WorkerReport.State.UNREACHABLE;
        }
        return switch (status.accrual()) {
            case FailureAccrual.State.EJECTED -> WorkerReport.State.EJECTED;
            case FailureAccrual.State.TRIAL -> WorkerReport.State.TRIAL;
            case FailureAccrual.State.CLOSED -> WorkerReport.State.AVAILABLE;
        };
    }
}
