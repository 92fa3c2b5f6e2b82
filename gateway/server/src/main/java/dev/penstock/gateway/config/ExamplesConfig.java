package dev.penstock.gateway.config;

import dev.penstock.runtime.config.Default;
import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Example;
import dev.penstock.runtime.config.Range;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Requests to compare others with. */
@Doc("""
        Examples of hard and of easy requests: how much nearer a request is to the hard ones is one of the features
        (`weights.examples`). Compared are embeddings, made in this process by a small model, which takes about 100 MiB and, for
        each request to an `auto` model, a few milliseconds of a thread of its own. Nothing of a request leaves the process for it.""")
public record ExamplesConfig(
        @Doc("Texts of requests that a small model does not answer well enough.")
        @Example("[Prove that there are infinitely many primes.]")
        List<String> hard,

        @Doc("Texts of requests that a small model answers well enough.") @Example("[What is the capital of France?]")
        List<String> easy,

        @Doc("""
                More of both: a file with a JSON object on each line, in the form that `penstock fit-difficulty` reads: a
                request's body with the field `hard`. All together at most 100 of each kind.""") @Example("examples.jsonl") Optional<Path> file,

        @Doc("""
                The directory of the embedding model, in the Hugging Face layout. Without it: the all-MiniLM-L6-v2 of the
                distribution.""") @Example("models/all-MiniLM-L6-v2") Optional<Path> model,

        @Doc("""
                How long a request waits for its embedding; without one it is judged by the other features.""") @Default("20ms") @Range(min = "1ms", max = "1s")
        Duration deadline) {
    /** The most examples of a kind. */
    public static final int MOST = 100;

    private static final int MAX_CHARS = 8_192;

    public ExamplesConfig {
        hard = List.copyOf(hard);
        easy = List.copyOf(easy);
        check("hard", hard);
        check("easy", easy);
        if (file.isEmpty() && (hard.isEmpty() || easy.isEmpty())) {
            throw new IllegalArgumentException(
                    (hard.isEmpty() ? "hard" : "easy") + ": none (expected: at least one of hard and of easy)");
        }
    }

    private static void check(String key, List<String> texts) {
        if (texts.size() > MOST) {
            throw new IllegalArgumentException(key + ": " + texts.size() + " (expected: at most " + MOST + ")");
        }
        for (String text : texts) {
            if (text.isBlank() || text.length() > MAX_CHARS) {
                throw new IllegalArgumentException(key + ": a text of " + text.length() + " characters (expected: 1 to "
                        + MAX_CHARS + ", not all blank)");
            }
        }
    }
}
