package dev.penstock.gateway.config;

import dev.penstock.runtime.config.ByteSize;
import dev.penstock.runtime.config.Default;
import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Example;
import dev.penstock.runtime.config.Range;
import java.nio.file.Path;

/** Where decisions are kept. */
@Doc("""
        A file of decisions: what was asked (numbers of tokens, never a prompt), who could be chosen with what was known of
        them, who was, and how it ended; a JSON object a line. `penstock replay` reads it.""")
public record DecisionLogConfig(
        @Doc("The file. Older ones stand beside it, as `FILE.1`, `FILE.2`, ...; a start goes on with the one there is.")
        @Example("decisions.jsonl")
        Path path,

        @Doc("The part of the decisions that is kept, drawn at random.") @Default("0.01") @Range(min = "0", max = "1")
        double sample,

        @Doc("The most that one file holds; then the next is begun.")
        @Default("64MiB")
        @Range(min = "64KiB", max = "64GiB")
        ByteSize maxSize,

        @Doc("How many files there are at most, the one that is written included.")
        @Default("4")
        @Range(min = "1", max = "1000")
        int maxFiles) {}
