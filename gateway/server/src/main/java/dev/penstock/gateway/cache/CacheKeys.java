package dev.penstock.gateway.cache;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Names of answers and of partitions: HMAC-SHA256 over whose they are and the request's form. Without the key nobody can tell
 * what was asked, or make a request that has the name of another.
 *
 * <p>Thread safe.
 */
final class CacheKeys {
    private static final String HMAC = "HmacSHA256";

    private final Mac keyed;

    /**
     * What tells apart requests of one form.
     *
     * @param tenant nobody else is ever answered by what was answered to it
     * @param dataClass how far what it says may travel
     * @param version of all else that an answer depends on: what a virtual model stands for, the embedder, the judge
     */
    record Scope(String tenant, String dataClass, String version) {}

    /** @param secret at least 16 bytes */
    CacheKeys(byte[] secret) {
        try {
            keyed = Mac.getInstance(HMAC);
            keyed.init(new SecretKeySpec(secret, HMAC));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(HMAC + " is part of every JDK", impossible);
        }
    }

    /** The name of the answer to exactly that. */
    String exact(Scope scope, RequestForm form) {
        return name("exact", scope, form::write);
    }

    /** What tells apart bodies, byte for byte: of those that have one name here {@link #exact} has one, too. */
    byte[] body(Scope scope, RequestForm form) {
        return mac("body", scope, form::writeBody);
    }

    /** The name of the partition in which a question may be found by its meaning. */
    String partition(Scope scope, RequestForm form) {
        return name("partition", scope, form::writeAround);
    }

    private String name(String kind, Scope scope, Consumer<Consumer<byte[]>> form) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(mac(kind, scope, form));
    }

    private byte[] mac(String kind, Scope scope, Consumer<Consumer<byte[]>> form) {
        Mac mac = copy();
        for (String part : List.of(kind, scope.tenant(), scope.dataClass(), scope.version())) {
            byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
            mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
            mac.update(bytes);
        }
        form.accept(mac::update);
        return mac.doFinal();
    }

    private Mac copy() {
        try {
            return (Mac) keyed.clone();
        } catch (CloneNotSupportedException impossible) {
            throw new IllegalStateException(HMAC + " of this JDK cannot be copied", impossible);
        }
    }
}
