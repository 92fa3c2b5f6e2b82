package dev.penstock.gateway.config;

import dev.penstock.routing.Operation;

/** A path of the API that runs models. */
public enum Endpoint {
    CHAT(Operation.CHAT),
    COMPLETIONS(Operation.COMPLETION),
    EMBEDDINGS(Operation.EMBEDDING);

    private final Operation operation;

    Endpoint(Operation operation) {
        this.operation = operation;
    }

    /** As routing knows it. */
    public Operation operation() {
        return operation;
    }
}
