package dev.penstock.gateway.tenancy;

import java.util.Optional;

/**
 * The shape of a key: {@code sk-pen-ID-SECRET}, the secret 52 characters of lower-case base 32 (256 bits). The secret has no
 * dash, so the id, which may have some, is what stands before the last one.
 */
final class ApiKey {
    static final String PREFIX = "sk-pen-";
    static final int SECRET_CHARACTERS = 52;
    static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

    private static final int LONGEST = PREFIX.length() + 64 + 1 + SECRET_CHARACTERS;

    private ApiKey() {}

    /** The public id in a key; empty for what has not the shape of a key. */
    static Optional<String> id(String key) {
        int dash = key.length() - SECRET_CHARACTERS - 1;
        if (key.length() > LONGEST || !key.startsWith(PREFIX) || dash <= PREFIX.length() || key.charAt(dash) != '-') {
            return Optional.empty();
        }
        return Optional.of(key.substring(PREFIX.length(), dash));
    }
}
