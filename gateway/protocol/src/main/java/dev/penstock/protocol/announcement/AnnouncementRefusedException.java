package dev.penstock.protocol.announcement;

/** A record that is not believed. A value without a stack trace; the message never quotes the record. */
public final class AnnouncementRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Why, as it is counted. */
    public enum Reason {
        /** Larger than any honest record. */
        OVERSIZED,
        /** Not an envelope at all. */
        MALFORMED,
        /** Of a version this program does not read. */
        UNSUPPORTED_VERSION,
        /** Not sealed with the cluster's secret, or changed since. */
        FORGED,
        /** Stored under another worker's name. */
        WRONG_KEY,
        /** Sealed properly, but its content breaks a limit. */
        INVALID
    }

    private final Reason reason;

    AnnouncementRefusedException(Reason reason, String detail) {
        super(reason + ": " + detail, null, false, false);
        this.reason = reason;
    }

    /** Why. */
    public Reason reason() {
        return reason;
    }
}
