package dev.penstock.gateway.config;

/** What is done with a question that means the same as one that was answered. */
public enum SemanticMode {
    /** It is answered by a worker, and the answer compared with what memory would have said. */
    SHADOW,
    /** It is answered from memory. */
    SERVE
}
