package dev.penstock.gateway.config;

import dev.penstock.runtime.config.ByteSize;
import dev.penstock.runtime.config.Default;
import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Example;
import dev.penstock.runtime.config.Range;
import java.time.Duration;
import java.util.Optional;

/** Answers from memory. */
@Doc("""
        Answers from memory: a request that was answered before is answered so again, within its tenant. Without `cache` none
        is. Only requests with an explicit `temperature: 0` have answers that hold for the next, but where
        `any-temperature`, or a request's own `Cache-Control: max-age`, says otherwise; embeddings always have.""")
public record CacheConfig(
        @Doc("""
                The heap that the answers and their index take at this gateway, at most. In a cluster as much again holds
                this gateway's part of what all gateways have answered.""") @Default("64MiB") @Range(min = "1MiB", max = "64GiB")
        ByteSize memory,

        @Doc("How long an answer is good for. A request may ask for a younger one by `Cache-Control: max-age`.")
        @Default("1h")
        @Range(min = "1s", max = "30d")
        Duration ttl,

        @Doc("Longer requests are not looked up.") @Default("128KiB") @Range(min = "1KiB", max = "1MiB")
        ByteSize maxRequest,

        @Doc("Longer answers are not kept.") @Default("256KiB") @Range(min = "1KiB", max = "1MiB")
        ByteSize maxAnswer,

        @Doc("Whether equal requests have equal answers at whatever temperature.") @Default("false")
        boolean anyTemperature,

        @Doc("What becomes of answers to requests of the data class `private`.") @Default("local")
        PrivateAnswers privateAnswers,

        @Doc("Answers of another version are as good as gone: to be changed when what models answer changes.")
        @Default("\"\"")
        @Example("2026-11")
        String version,

        @Doc("Whether answers outlive this process, sealed, in the `store`.") @Default("false")
        boolean spill,

        @Doc("Reworded questions are answered from memory too.")
        Optional<SemanticCacheConfig> semantic) {
    private static final int MAX_VERSION = 64;

    public CacheConfig {
        if (version.length() > MAX_VERSION) {
            throw new IllegalArgumentException(
                    "version: " + version.length() + " characters (expected: at most " + MAX_VERSION + ")");
        }
        if (maxAnswer.compareTo(memory) > 0) {
            throw new IllegalArgumentException(
                    "max-answer: " + maxAnswer + " (expected: at most memory, " + memory + ")");
        }
    }
}
