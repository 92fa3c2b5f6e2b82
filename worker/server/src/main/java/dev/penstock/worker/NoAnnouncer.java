package dev.penstock.worker;

import dev.penstock.protocol.announcement.Announcer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Tells nobody: the worker is a server on its own. */
final class NoAnnouncer implements Announcer {
    @Override
    public void start() {
        // There is no pool.
    }

    @Override
    public void changed() {
        // There is no pool.
    }

    @Override
    public CompletionStage<Void> drain(Duration limit) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> leave(Duration limit) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void close() {
        // There is no pool.
    }
}
