package dev.penstock.deploy;

import dev.penstock.protocol.announcement.AnnouncementChannel;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;

/** The way to the gateway of the same process, until that has ended: then there is nobody to tell, and no reason to wait. */
record EmbeddedChannel(AnnouncementChannel gateway, BooleanSupplier ended) implements AnnouncementChannel {
    @Override
    public CompletionStage<Optional<byte[]>> last(String workerId) {
        return ended.getAsBoolean() ? CompletableFuture.completedStage(Optional.empty()) : gateway.last(workerId);
    }

    @Override
    public CompletionStage<Void> put(String workerId, byte[] record) {
        return ended.getAsBoolean() ? CompletableFuture.completedStage(null) : gateway.put(workerId, record);
    }

    @Override
    public CompletionStage<Void> remove(String workerId) {
        return ended.getAsBoolean() ? CompletableFuture.completedStage(null) : gateway.remove(workerId);
    }
}
