package dev.penstock.loadtest.generator;

import java.util.Locale;

/** What is asked for. */
public enum Kind {
    /** A chat completion as one JSON answer. */
    CHAT,
    /** A chat completion as a stream of events. */
    STREAM,
    /** An embedding of one text. */
    EMBEDDING,
    /** The list of models: what a server has to do for any request, and next to nothing else. */
    MODELS;

    /** As options and reports write it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
