package dev.penstock.gateway.embedding;

/** There is no vector. Without a stack trace: under overload there are many. */
public final class EmbeddingMissedException extends Exception {
    private static final long serialVersionUID = 1;

    private final Reason reason;

    /** Why there is none. */
    public enum Reason {
        /** It would have come too late. */
        LATE,
        /** Too many texts wait already. */
        BUSY,
        /** The model cannot compute it, or whoever has it cannot be reached. */
        FAILED
    }

    EmbeddingMissedException(Reason reason) {
        super("no embedding: " + reason, null, false, false);
        this.reason = reason;
    }

    /** Why. */
    public Reason reason() {
        return reason;
    }
}
