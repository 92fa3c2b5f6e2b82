package dev.penstock.gateway.admin;

import java.util.Locale;

/** Whether requests should be sent to this gateway. */
public enum Readiness {
    /** The listener is not open, or the pool not yet known. */
    STARTING,
    /** Yes. */
    READY,
    /** It ends what runs and takes nothing new. */
    DRAINING;

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
