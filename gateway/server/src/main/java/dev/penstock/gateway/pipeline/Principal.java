package dev.penstock.gateway.pipeline;

/**
 * Who asks.
 *
 * @param id the key's public id, or {@code anonymous} on an open quick-start gateway; fit for logs, never the key itself
 */
public record Principal(String id) {
    /** Everybody, where the gateway is open. */
    public static final Principal ANONYMOUS = new Principal("anonymous");
}
