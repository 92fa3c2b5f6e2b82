package dev.penstock.loadtest.mock;

/** Where a mock answers requests of the API. */
public enum MockEndpoint {
    /** Chat completions, whole or streamed. */
    CHAT("/v1/chat/completions", "messages"),
    /** Completions as they were before chats, whole or streamed. */
    COMPLETION("/v1/completions", "prompt"),
    /** Embeddings. */
    EMBEDDING("/v1/embeddings", "input");

    private final String path;
    private final String textField;

    MockEndpoint(String path, String textField) {
        this.path = path;
        this.textField = textField;
    }

    /** Its path. */
    public String path() {
        return path;
    }

    /** The field of a request that has the texts. */
    public String textField() {
        return textField;
    }
}
