package dev.penstock.gateway.pipeline;

import dev.penstock.routing.Worker;
import java.util.Map;

/**
 * Port: what this gateway shows a worker to be let in. Bound to the worker: what one is shown goes to no other. Never
 * logged.
 */
@FunctionalInterface
public interface WorkerCredentials {
    /** Shows nothing. */
    WorkerCredentials NONE = worker -> Map.of();

    /** The request headers to add, names in lower case, such as {@code authorization}; empty where none is needed. */
    Map<String, String> headers(Worker worker);
}
