package dev.penstock.gateway.config;

import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What is kept of a key: a digest from which the key cannot be had.
 *
 * @param algorithm how it was made
 * @param hex its 32 bytes, as 64 lower-case hexadecimal digits
 */
public record KeyHash(Algorithm algorithm, String hex) {
    /** How a digest is made of a key's characters. */
    public enum Algorithm {
        /** {@code SHA-256(key)}: enough where keys are 256 random bits, as generated ones are. */
        SHA256("sha256"),
        /** {@code HMAC-SHA256(pepper, key)}: a copy of the configuration alone does not even allow a guess to be checked. */
        HMAC_SHA256("hmac-sha256");

        private final String label;

        Algorithm(String label) {
            this.label = label;
        }
    }

    private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

    public KeyHash {
        if (!HEX.matcher(hex).matches()) {
            throw new IllegalArgumentException("hex: (expected: 64 lower-case hexadecimal digits)");
        }
    }

    /** A hash of digest bytes. */
    public static KeyHash of(Algorithm algorithm, byte[] digest) {
        return new KeyHash(algorithm, HexFormat.of().formatHex(digest));
    }

    /** The digest, a new array at each call. */
    public byte[] digest() {
        return HexFormat.of().parseHex(hex);
    }

    /** Reads {@code sha256:HEX} or {@code hmac-sha256:HEX}; empty for anything else. */
    static Optional<KeyHash> parse(String text) {
        for (Algorithm algorithm : Algorithm.values()) {
            String prefix = algorithm.label + ":";
            String hex =
                    text.startsWith(prefix) ? text.substring(prefix.length()).toLowerCase(Locale.ROOT) : "";
            if (HEX.matcher(hex).matches()) {
                return Optional.of(new KeyHash(algorithm, hex));
            }
        }
        return Optional.empty();
    }

    /** As it is written in the file. */
    @Override
    public String toString() {
        return algorithm.label + ":" + hex;
    }
}
