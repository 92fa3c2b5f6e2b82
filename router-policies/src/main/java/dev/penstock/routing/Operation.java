package dev.penstock.routing;

/** What is asked of a model. */
public enum Operation {
    CHAT("/v1/chat/completions", Capability.CHAT),
    COMPLETION("/v1/completions", Capability.COMPLETION),
    EMBEDDING("/v1/embeddings", Capability.EMBEDDING);

    private final String path;
    private final Capability capability;

    Operation(String path, Capability capability) {
        this.path = path;
        this.capability = capability;
    }

    /** The OpenAI path that asks for it, the same at the gateway and at every worker. */
    public String path() {
        return path;
    }

    /** What a model must be able to do to be asked. */
    public Capability capability() {
        return capability;
    }
}
