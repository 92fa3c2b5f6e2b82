package dev.penstock.gateway.cache;

import io.vertx.core.Future;
import io.vertx.core.Promise;

/** Brings what other gateways remember into this one's memory. */
final class FromOthers implements SharedAnswers.Listener {
    private final AnswerCache cache;

    FromOthers(AnswerCache cache) {
        this.cache = cache;
    }

    @Override
    public Future<Void> put(String name, byte[] sealed) {
        Promise<Void> kept = Promise.promise();
        boolean begun = cache.later(() -> {
            cache.keepForeign(name, sealed);
            kept.complete();
        });
        return begun ? kept.future() : Future.succeededFuture(); // counted; else found when it is claimed
    }

    @Override
    public void removed(String name) {
        cache.store().remove(name);
    }

    @Override
    public void purged(Purge purge, boolean justNow) {
        cache.forget(purge, justNow);
    }
}
