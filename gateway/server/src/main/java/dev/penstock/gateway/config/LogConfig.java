package dev.penstock.gateway.config;

import dev.penstock.runtime.config.Default;
import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.telemetry.Logging;

/** What is logged. */
@Doc("What is logged, to standard error. Prompts, answers and keys never are.")
public record LogConfig(
        @Doc("`json` is one object a line; `text` is for people.") @Default("json")
        Logging.Format format,

        @Doc("The least severe level that is written.") @Default("info")
        Logging.Verbosity level,

        @Doc("Whether every request is logged, one line each, at `info`.") @Default("true")
        boolean requests) {}
