package dev.penstock.gateway.tenancy;

import dev.penstock.gateway.config.KeyConfig;
import dev.penstock.gateway.config.KeyHash;
import dev.penstock.gateway.config.KeyHash.Algorithm;
import dev.penstock.runtime.config.Secret;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * A key just made: the only moment it is known to anybody but its owner.
 *
 * @param id its public id
 * @param key the key itself: to be shown once, never stored or logged
 * @param hash what the configuration keeps
 */
public record NewKey(String id, String key, KeyHash hash) {
    private static final int SECRET_BITS = 256;
    private static final int BITS_A_CHARACTER = 5;

    /**
     * Makes a key of 256 random bits.
     *
     * @param id 1 to 64 lower-case letters, digits or dashes
     * @param pepper what the hash is made with; without one it is a plain SHA-256
     * @param random a cryptographic source: {@link java.security.SecureRandom}
     * @throws IllegalArgumentException for another id
     */
    public static NewKey generate(String id, Optional<Secret> pepper, RandomGenerator random) {
        KeyConfig.requireId(id);
        byte[] bits = new byte[SECRET_BITS / Byte.SIZE];
        random.nextBytes(bits);
        String key = ApiKey.PREFIX + id + "-" + base32(bits);
        Algorithm algorithm = pepper.isPresent() ? Algorithm.HMAC_SHA256 : Algorithm.SHA256;
        return new NewKey(id, key, KeyHash.of(algorithm, new KeyDigest(pepper).of(algorithm, key)));
    }

    /** The item to write under {@code auth.keys}: a key for every model, to be narrowed by whoever writes it. */
    public String yaml() {
        return "- id: " + id + "\n  hash: " + hash + "\n  models: ['*']\n";
    }

    private static String base32(byte[] bytes) {
        StringBuilder text = new StringBuilder(ApiKey.SECRET_CHARACTERS);
        int buffer = 0;
        int held = 0;
        for (byte next : bytes) {
            buffer = (buffer << Byte.SIZE | (next & 0xff)) & 0xffff;
            held += Byte.SIZE;
            while (held >= BITS_A_CHARACTER) {
                held -= BITS_A_CHARACTER;
                text.append(ApiKey.ALPHABET.charAt(buffer >> held & 31));
            }
        }
        if (held > 0) {
            text.append(ApiKey.ALPHABET.charAt(buffer << (BITS_A_CHARACTER - held) & 31));
        }
        return text.toString();
    }

    /** The id; never the key. */
    @Override
    public String toString() {
        return "NewKey[id=" + id + "]";
    }
}
