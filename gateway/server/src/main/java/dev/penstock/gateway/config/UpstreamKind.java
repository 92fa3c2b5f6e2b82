package dev.penstock.gateway.config;

/** What an upstream is. */
public enum UpstreamKind {
    /** A server of OpenAI's API. */
    OPENAI,
    /** Another Penstock, which says itself what it serves. */
    PENSTOCK
}
