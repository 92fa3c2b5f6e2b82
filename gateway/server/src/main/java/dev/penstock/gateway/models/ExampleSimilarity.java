package dev.penstock.gateway.models;

import io.vertx.core.Future;

/**
 * How much nearer a text is to the operator's examples of hard requests than to those of easy ones. Whoever computes it does
 * so off the request's event loop.
 */
@FunctionalInterface
public interface ExampleSimilarity extends AutoCloseable {
    /** There are no examples. */
    ExampleSimilarity NONE = text -> Future.succeededFuture(0.0);

    /** From -1, just as the easy ones, to 1; 0 where it cannot be told. A failure counts as 0. */
    Future<Double> of(String text);

    /** Lets go of what it holds; what is under way fails. */
    @Override
    default void close() {}
}
