package dev.penstock.runtime.net;

/** Whether a TLS listener asks its clients for a certificate. */
public enum ClientAuthentication {
    /** It does not ask. */
    NONE,
    /** It asks, checks what it gets, and serves clients that have none. */
    OPTIONAL,
    /** It serves only clients whose certificate the client authority signed. */
    REQUIRED
}
