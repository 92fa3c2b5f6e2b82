package dev.penstock.gateway.cluster;

import dev.penstock.protocol.announcement.AnnouncementChannel;
import dev.penstock.protocol.announcement.AnnouncementMap;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * For workers in the gateway's own process: records go the same way as from afar but for the network, and to the cluster
 * too once this gateway is in one, so that other gateways see such a worker like any other.
 */
public final class PoolChannel implements AnnouncementChannel {
    private final PoolFleet fleet;
    private final Optional<Membership> membership;

    /** A channel to this fleet, and to its cluster where it has one. */
    public PoolChannel(PoolFleet fleet, Optional<Membership> membership) {
        this.fleet = fleet;
        this.membership = membership;
    }

    @Override
    public CompletionStage<Optional<byte[]>> last(String workerId) {
        return membership
                .flatMap(Membership::workers)
                .<CompletionStage<Optional<byte[]>>>map(
                        map -> map.getAsync(workerId).thenApply(Optional::ofNullable))
                .orElseGet(() -> CompletableFuture.completedStage(Optional.empty()));
    }

    @Override
    public CompletionStage<Void> put(String workerId, byte[] record) {
        fleet.accept(workerId, record);
        membership
                .flatMap(Membership::workers)
                .ifPresent(map ->
                        map.setAsync(workerId, record, AnnouncementMap.TIME_TO_LIVE.toSeconds(), TimeUnit.SECONDS));
        return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<Void> remove(String workerId) {
        fleet.withdrawn(workerId);
        return membership
                .flatMap(Membership::workers)
                .<CompletionStage<Void>>map(map -> map.removeAsync(workerId).thenAccept(removed -> {}))
                .orElseGet(() -> CompletableFuture.completedStage(null));
    }
}
