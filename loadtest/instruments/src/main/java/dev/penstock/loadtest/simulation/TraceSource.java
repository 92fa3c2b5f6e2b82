package dev.penstock.loadtest.simulation;

import dev.penstock.loadtest.generator.TraceFile;
import dev.penstock.loadtest.simulation.trace.Arrivals;
import dev.penstock.loadtest.simulation.trace.Synthetic;
import dev.penstock.loadtest.simulation.trace.Trace;
import dev.penstock.runtime.config.Default;
import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Range;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Where the requests of a simulation come from. */
public sealed interface TraceSource {
    /**
     * The trace.
     *
     * @throws IllegalArgumentException where there is none, or it is wrong
     */
    Trace trace();

    /** A file of Azure's form. */
    @Doc("A file as of the Azure LLM inference traces.")
    record AzureCsv(
            @Doc(
                    "CSV with the columns TIMESTAMP, ContextTokens and GeneratedTokens; relative to the scenario, or below `../shared/traces`.")
            Path path,

            @Doc("The most requests that are taken, the first ones.")
            @Default("1000000")
            @Range(min = "1", max = "1000000")
            int requests)
            implements TraceSource {
        @Override
        public Trace trace() {
            return read(path, requests);
        }
    }

    /** A file of Mooncake's form. */
    @Doc("A file as of Mooncake's traces, which say what prompts share.")
    record MooncakeJsonl(
            @Doc(
                    "JSON lines with timestamp (ms), input_length, output_length and hash_ids (blocks of 512 tokens); relative to the scenario, or below `../shared/traces`.")
            Path path,

            @Doc("The most requests that are taken, the first ones.")
            @Default("1000000")
            @Range(min = "1", max = "1000000")
            int requests)
            implements TraceSource {
        @Override
        public Trace trace() {
            return read(path, requests);
        }
    }

    /** A trace made up. */
    @Doc("Made up with the statistics of a recorded trace.")
    record Made(
            @Doc("Lengths, and what prompts share.") @Default("mooncake-conversation")
            Synthetic.Like like,

            @Doc("How they come: as in that trace, or otherwise.") @Default("recorded")
            Arrivals arrivals,

            @Doc("How many.") @Default("4000") @Range(min = "1", max = "1000000")
            int requests,

            @Doc("What they are drawn from.") @Default("1") long seed)
            implements TraceSource {
        @Override
        public Trace trace() {
            return Synthetic.trace(like, arrivals, requests, seed);
        }
    }

    private static Trace read(Path path, int most) {
        Path file = find(path)
                .orElseThrow(
                        () -> new IllegalArgumentException(
                                "trace: " + path
                                        + " (expected: a file; the recorded traces are not distributed, docs/simulation.md says whence they come)"));
        try {
            Trace trace = Trace.of(String.valueOf(file.getFileName()), TraceFile.read(file), most);
            if (trace.rate() == 0) {
                throw new IllegalArgumentException("trace: " + file + ": " + trace.size()
                        + " requests (expected: at least two, at different times)");
            }
            return trace;
        } catch (UncheckedIOException unreadable) {
            throw new IllegalArgumentException(unreadable.getMessage(), unreadable);
        }
    }

    /** The file itself, or one of its name beside the checkout of which it would be part. */
    private static Optional<Path> find(Path path) {
        if (Files.isRegularFile(path)) {
            return Optional.of(path);
        }
        Path absolute = path.toAbsolutePath();
        for (Path up = absolute.getParent(); up != null; up = up.getParent()) {
            for (String beside : List.of("shared/traces", "../shared/traces")) {
                Path candidate = up.resolve(beside).resolve(String.valueOf(path.getFileName()));
                if (Files.isRegularFile(candidate)) {
                    return Optional.of(candidate.normalize());
                }
            }
        }
        return Optional.empty();
    }
}
