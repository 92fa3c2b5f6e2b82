package dev.penstock.deploy;

import dev.penstock.loadtest.generator.Kind;
import dev.penstock.loadtest.generator.Mix;
import dev.penstock.runtime.config.SecretResolver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/** Options of a load that need more than a conversion. */
final class LoadOptions {
    private LoadOptions() {}

    /** Chat only where nothing is said. */
    static Mix mix(Map<String, Double> weights) {
        for (String name : weights.keySet()) {
            if (Arrays.stream(Kind.values()).noneMatch(kind -> kind.label().equals(name))) {
                throw new IllegalArgumentException("--mix: " + name + " (expected: "
                        + Arrays.stream(Kind.values()).map(Kind::label).collect(Collectors.joining(", ")) + ")");
            }
        }
        return weights.isEmpty()
                ? Mix.CHAT
                : new Mix(
                        weights.getOrDefault(Kind.CHAT.label(), 0.0),
                        weights.getOrDefault(Kind.STREAM.label(), 0.0),
                        weights.getOrDefault(Kind.EMBEDDING.label(), 0.0),
                        weights.getOrDefault(Kind.MODELS.label(), 0.0));
    }

    /** What a reference stands for; a command line is no place for a secret, since everybody on the machine can see it. */
    static String secret(String reference) {
        SecretResolver secrets = SecretResolver.system();
        if (reference.startsWith("env:")) {
            return secrets.environment(reference.substring(4))
                    .orElseThrow(() -> new IllegalArgumentException(
                            "--api-key: " + reference + " is not set (expected: a variable with a value)"));
        }
        if (reference.startsWith("file:")) {
            try {
                return secrets.file(Path.of(reference.substring(5)));
            } catch (IOException unreadable) {
                throw new IllegalArgumentException(
                        "--api-key: " + reference + " cannot be read (expected: a file that can)", unreadable);
            }
        }
        throw new IllegalArgumentException(
                "--api-key: what is given is no reference (expected: env:NAME or file:PATH)");
    }
}
