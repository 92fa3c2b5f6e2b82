package dev.penstock.gateway.cluster;

import dev.penstock.protocol.announcement.AnnouncementRefusedException;
import java.util.Locale;

/** Why a record of the cluster was not believed, as it is counted. */
public enum RefusalReason {
    OVERSIZED,
    MALFORMED,
    UNSUPPORTED_VERSION,
    FORGED,
    WRONG_KEY,
    INVALID,
    /** Numbered below what was seen of that worker before. */
    REPLAYED,
    /** The first of a worker never seen, but sent long ago. */
    OUTDATED,
    /** Its endpoint is not in a network where workers may be. */
    ENDPOINT_NOT_ALLOWED,
    /** The configuration gives that name to an upstream. */
    NAME_TAKEN,
    /** There are as many workers as a gateway keeps. */
    POOL_FULL;

    static RefusalReason of(AnnouncementRefusedException.Reason reason) {
        return switch (reason) {
            case OVERSIZED -> OVERSIZED;
            case MALFORMED -> MALFORMED;
            case UNSUPPORTED_VERSION -> UNSUPPORTED_VERSION;
            case FORGED -> FORGED;
            case WRONG_KEY -> WRONG_KEY;
            case INVALID -> INVALID;
        };
    }

    /** Its name in metrics. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
