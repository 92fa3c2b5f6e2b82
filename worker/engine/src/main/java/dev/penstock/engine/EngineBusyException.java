package dev.penstock.engine;

/** The admission queue is full: another worker, or a later moment, may serve the request. */
public final class EngineBusyException extends EngineException {
    private final int queued;
    private final int queueLimit;

    /** A queue that holds {@code queued} of at most {@code queueLimit}. */
    public EngineBusyException(int queued, int queueLimit) {
        super("the queue is full: " + queued + " waiting (limit: " + queueLimit + ")");
        this.queued = queued;
        this.queueLimit = queueLimit;
    }

    /** How many wait. */
    public int queued() {
        return queued;
    }

    /** How many may wait. */
    public int queueLimit() {
        return queueLimit;
    }
}
