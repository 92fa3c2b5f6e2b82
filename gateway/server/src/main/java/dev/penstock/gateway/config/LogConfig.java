package dev.penstock.gateway.config;

import dev.penstock.runtime.config.Default;
import dev.penstock.runtime.config.Doc;

/** What is logged. */
@Doc("What is logged, to standard output. Prompts, answers and keys never are.")
public record LogConfig(
        @Doc("`json` is one object a line; `text` is for people.") @Default("json")
        Format format,

        @Doc("The least severe level that is written.") @Default("info")
        Level level,

        @Doc("Whether every request is logged, one line each, at `info`.") @Default("true")
        boolean requests) {
    /** How a line looks. */
    public enum Format {
        JSON,
        TEXT
    }

    /** How severe a line is. */
    public enum Level {
        ERROR,
        WARN,
        INFO,
        DEBUG,
        TRACE
    }
}
