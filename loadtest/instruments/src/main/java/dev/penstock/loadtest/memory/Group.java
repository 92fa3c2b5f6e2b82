package dev.penstock.loadtest.memory;

/** What is compared with each other. */
public enum Group {
    /** The very same requests, many at once. */
    EXACT_64("exact:64", "64 requests of 1 KiB again and again, 64 connections, each always busy"),
    /** The very same requests, one by one. */
    EXACT_1("exact:1", "64 requests of 1 KiB again and again, one connection, always busy"),
    /** Reworded questions. */
    SEMANTIC("semantic", "questions of about 32 tokens that are known in other words; latency of semantic hits"),
    /** Questions that nobody has asked. */
    MISS("miss", "questions that nobody has asked, streams, 20/s; time to first token"),
    /** Answers that are kept. */
    STORE("store", "requests of 1 KiB that nobody has sent, 64 connections, each always busy");

    private final String id;
    private final String description;

    Group(String id, String description) {
        this.id = id;
        this.description = description;
    }

    /** As reports write it. */
    public String id() {
        return id;
    }

    /** In a line. */
    public String description() {
        return description;
    }
}
