package dev.penstock.gateway.config;

/** What becomes of answers to requests that are private. */
public enum PrivateAnswers {
    /** They are kept by the gateway that had them answered, and by nobody else. */
    LOCAL,
    /** They are not kept. */
    OFF
}
