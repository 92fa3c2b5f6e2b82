package dev.penstock.gateway.cache;

/** Brings what other gateways remember into this one's memory. */
final class FromOthers implements SharedAnswers.Listener {
    private final AnswerCache cache;

    FromOthers(AnswerCache cache) {
        this.cache = cache;
    }

    @Override
    public void put(String name, byte[] sealed) {
        var unused = cache.later(() -> cache.keepForeign(name, sealed)); // counted; else found when it is claimed
    }

    @Override
    public void removed(String name) {
        cache.store().remove(name);
    }

    @Override
    public void purged(Purge purge) {
        cache.forget(purge);
    }
}
