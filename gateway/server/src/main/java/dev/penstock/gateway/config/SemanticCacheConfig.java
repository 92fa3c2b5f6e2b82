package dev.penstock.gateway.config;

import dev.penstock.runtime.config.Default;
import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Example;
import dev.penstock.runtime.config.Range;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Answers from memory to reworded questions. */
@Doc("""
        Answers from memory to reworded questions of chats and completions: of equal everything but the last message, without
        tools, media, seeds and log probabilities. Begins as a shadow, which serves nothing and finds out how often it would have
        been right: `penstock cache report`.""")
public record SemanticCacheConfig(
        @Doc("Whether it serves, or only watches.") @Default("shadow")
        SemanticMode mode,

        @Doc("""
                How many of its answers may be wrong, at most. What is served is what keeps this with a confidence of 95 %, by
                calibration beforehand and by checks while it serves; where those say otherwise it serves less, or nothing.""") @Default("0.01") @Range(min = "0.001", max = "0.5")
        double maxFalseHitRate,

        @Doc("Requests of a higher temperature are not answered so; one that names none has 1.")
        @Default("0.3")
        @Range(min = "0", max = "2")
        double maxTemperature,

        @Doc("Longer questions are not answered so, characters.") @Default("512") @Range(min = "16", max = "8192")
        int maxQuestion,

        @Doc("The share of would-be answers that go to a worker all the same, to be checked.")
        @Default("0.05")
        @Range(min = "0.001", max = "1")
        double checked,

        @Doc("How long a request waits for it. Then, or with no embedder at hand, it goes to a worker.")
        @Default("20ms")
        @Range(min = "1ms", max = "1s")
        Duration deadline,

        @Doc("""
                Whether a request goes to a worker meanwhile, and is called back when memory has the answer: saves the wait
                of those that it has not, for some prompts that are read in vain.""") @Default("false") boolean speculative,

        @Doc("What makes vectors of questions.") @Default("{}")
        EmbedderConfig embedder,

        @Doc("What `penstock cache calibrate` wrote, in place of the judge that comes with Penstock.")
        @Example("judge.txt")
        Optional<Path> judge,

        @Doc("Whether answers say how like the question was: to whoever shares the tenant, it tells of what was asked.")
        @Default("false")
        boolean debug) {
    public SemanticCacheConfig {
        boolean other = embedder.model().isPresent() || embedder.url().isPresent();
        if (mode == SemanticMode.SERVE && other && judge.isEmpty()) {
            throw new IllegalArgumentException(
                    "judge: none for this embedder (expected: what `penstock cache calibrate` wrote with it, or `mode: shadow`)");
        }
    }
}
