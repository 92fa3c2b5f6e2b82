package dev.penstock.gateway.pipeline;

/**
 * Port: what is done with a request that ends: the ledger, and then metrics and the request log. Each of both is called once
 * for every request, whatever its end.
 */
@FunctionalInterface
public interface Settlement {
    /**
     * What the request used is known and changes no more. Called before the client is sent the last of its answer, so that
     * nobody has a whole answer that is not accounted for; and before {@link #settle}, which tells what became of it on its
     * way to the client. Must not block or throw.
     *
     * @param record as it would be if the client took the answer and it ended now
     */
    default void account(RequestRecord record) {}

    /** Takes the record. Must not block or throw. */
    void settle(RequestRecord record);
}
