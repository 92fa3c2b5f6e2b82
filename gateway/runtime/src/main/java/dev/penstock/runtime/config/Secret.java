package dev.penstock.runtime.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Objects;

/**
 * A secret that the configuration refers to ({@code env:NAME}, {@code file:path}) and never contains.
 *
 * <p>Printing it, in whatever way, gives the reference; only {@link #reveal} gives the value.
 */
public final class Secret {
    private final String reference;
    private final String value;

    private Secret(String reference, String value) {
        this.reference = reference;
        this.value = value;
    }

    /**
     * A secret as a resolver found it.
     *
     * @param reference where it came from, printable
     * @param value the secret itself, not empty
     * @throws IllegalArgumentException when the value is empty
     */
    public static Secret of(String reference, String value) {
        if (value.isEmpty()) {
            throw new IllegalArgumentException(reference + ": empty (expected: a secret)");
        }
        return new Secret(reference, value);
    }

    /** Where the secret comes from: {@code env:NAME} or {@code file:path}. */
    public String reference() {
        return reference;
    }

    /** The secret itself. Hand it to what needs it; never keep, log or compare it as a string. */
    public String reveal() {
        return value;
    }

    /** The secret as UTF-8, a new array at each call: key material. */
    public byte[] bytes() {
        return value.getBytes(StandardCharsets.UTF_8);
    }

    /** Whether the candidate is this secret, in time that does not depend on where they differ. */
    public boolean matches(String candidate) {
        return MessageDigest.isEqual(bytes(), candidate.getBytes(StandardCharsets.UTF_8));
    }

    /** Whether both have the same reference and value; the values are compared in constant time. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Secret secret && reference.equals(secret.reference) && secret.matches(value);
    }

    @Override
    public int hashCode() {
        return Objects.hashCode(reference);
    }

    /** The reference, never the value. */
    @Override
    public String toString() {
        return reference;
    }
}
