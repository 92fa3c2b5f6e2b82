package dev.penstock.gateway.pipeline;

/** Port: what is done with a finished request: metrics, the request log. Called once for every request, whatever its end. */
@FunctionalInterface
public interface Settlement {
    /** Takes the record. Must not block or throw. */
    void settle(RequestRecord record);
}
