package dev.penstock.worker.http;

import java.util.Optional;

/** The inference routes, with OpenTelemetry's names for what they do. */
public enum Endpoint {
    /** Answers a conversation. */
    CHAT("/v1/chat/completions", "chat", "chatcmpl-", "messages"),
    /** Continues a text. */
    COMPLETION("/v1/completions", "text_completion", "cmpl-", "prompt"),
    /** Turns texts into vectors. */
    EMBEDDING("/v1/embeddings", "embeddings", "embd-", "input");

    private final String path;
    private final String operation;
    private final String idPrefix;
    private final String content;

    Endpoint(String path, String operation, String idPrefix, String content) {
        this.path = path;
        this.operation = operation;
        this.idPrefix = idPrefix;
        this.content = content;
    }

    /** Where it is served. */
    public String path() {
        return path;
    }

    /** The value of {@code gen_ai.operation.name}. */
    public String operation() {
        return operation;
    }

    /** What ids of its answers begin with. */
    String idPrefix() {
        return idPrefix;
    }

    /** The parameter that holds the text. */
    String content() {
        return content;
    }

    /** The endpoint at exactly this path. */
    static Optional<Endpoint> at(String path) {
        for (Endpoint endpoint : values()) {
            if (endpoint.path.equals(path)) {
                return Optional.of(endpoint);
            }
        }
        return Optional.empty();
    }
}
