package dev.penstock.gateway.telemetry;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.random.RandomGenerator;

/**
 * Makes of what names a conversation, or the beginning of a prompt, something that equals itself only, for as long as this process runs: the first 64 bits
 * of SHA-256 over a random key of 256 bits and the name. Without the key, which is nowhere written, nobody can try what it
 * was made of.
 */
final class SessionBlind {
    private final byte[] key;

    private SessionBlind(byte[] key) {
        this.key = key;
    }

    static SessionBlind random(RandomGenerator random) {
        byte[] key = new byte[32];
        random.nextBytes(key);
        return new SessionBlind(key);
    }

    long blinded(long session) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(key);
            digest.update(ByteBuffer.allocate(Long.BYTES).putLong(session).array());
            return ByteBuffer.wrap(digest.digest()).getLong();
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }
}
