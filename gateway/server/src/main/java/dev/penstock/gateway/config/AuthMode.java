package dev.penstock.gateway.config;

/** Whether clients must show a key. */
public enum AuthMode {
    /** Everybody may ask: on the loopback interface only. */
    OPEN,
    /** Only who shows a configured key. */
    KEYS
}
