package dev.penstock.gateway.tenancy;

import dev.penstock.gateway.config.KeyHash;
import dev.penstock.runtime.config.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Makes digests of keys. Thread safe: each call works on a copy of the keyed state. */
final class KeyDigest {
    private static final String HMAC = "HmacSHA256";

    private final Mac keyed;

    /** Digests with a pepper; without one the keyed digest is made with a fixed key and matches nothing. */
    KeyDigest(Optional<Secret> pepper) {
        byte[] material = pepper.map(Secret::bytes).orElseGet(() -> "none".getBytes(StandardCharsets.UTF_8));
        try {
            keyed = Mac.getInstance(HMAC);
            keyed.init(new SecretKeySpec(material, HMAC));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(HMAC + " is part of every JDK", impossible);
        }
    }

    byte[] of(KeyHash.Algorithm algorithm, String key) {
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        return switch (algorithm) {
            case SHA256 -> plain(bytes);
            case HMAC_SHA256 -> keyed(bytes);
        };
    }

    private byte[] keyed(byte[] bytes) {
        try {
            return ((Mac) keyed.clone()).doFinal(bytes);
        } catch (CloneNotSupportedException impossible) {
            throw new IllegalStateException(HMAC + " of this JDK cannot be copied", impossible);
        }
    }

    private static byte[] plain(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("SHA-256 is part of every JDK", impossible);
        }
    }
}
