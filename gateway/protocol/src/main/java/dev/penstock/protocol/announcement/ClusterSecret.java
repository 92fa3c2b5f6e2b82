package dev.penstock.protocol.announcement;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * What every member of one pool knows and nobody else does. It is never used itself: each purpose has a key derived by
 * HKDF-SHA256 (RFC 5869) under its own label, so that one that leaks tells nothing of the others.
 */
public final class ClusterSecret {
    /** The shortest accepted secret, in bytes of UTF-8. */
    public static final int MIN_BYTES = 16;

    private static final byte[] SALT = "penstock".getBytes(StandardCharsets.US_ASCII);
    private static final int KEY_BYTES = 32;

    private final byte[] material;

    private ClusterSecret(byte[] material) {
        this.material = material;
    }

    /**
     * The secret of a configuration.
     *
     * @throws IllegalArgumentException where it is shorter than {@link #MIN_BYTES}
     */
    public static ClusterSecret of(String secret) {
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        if (bytes.length < MIN_BYTES) {
            throw new IllegalArgumentException("cluster secret: " + bytes.length + " bytes (expected: >= " + MIN_BYTES
                    + "; make one with: openssl rand -base64 32)");
        }
        return new ClusterSecret(bytes);
    }

    /** A secret nobody else knows: for a pool that is one process. */
    public static ClusterSecret random(SecureRandom random) {
        byte[] bytes = new byte[KEY_BYTES];
        random.nextBytes(bytes);
        return new ClusterSecret(bytes);
    }

    /** The key of names of answers kept from requests; 32 bytes. */
    public byte[] answerNameKey() {
        return derive("answer-name");
    }

    /** The key that seals answers where they leave a gateway; 32 bytes. */
    public byte[] answerSealKey() {
        return derive("answer-seal");
    }

    /** The key that seals announcements. */
    SecretKey announcementKey() {
        return new SecretKeySpec(derive("announcement"), "HmacSHA256");
    }

    /**
     * The cluster's name: carries the protocol version, so that versions that do not understand each other do not meet,
     * and a label of the secret, so that a process with another secret does not find the cluster at all.
     */
    public String clusterName() {
        byte[] label = Arrays.copyOf(derive("cluster-name"), 8);
        return "penstock-" + WorkerAnnouncement.PROTOCOL_VERSION + "-"
                + HexFormat.of().formatHex(label);
    }

    /** What a gateway shows a worker in {@code Authorization: Bearer}, so that workers can refuse strangers. */
    public String workerCallToken() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(derive("worker-call"));
    }

    /**
     * Whether an {@code Authorization} header shows {@link #workerCallToken}. Takes the same time wherever they differ.
     *
     * @param authorization the whole header value
     */
    public boolean authorizes(String authorization) {
        byte[] expected = ("Bearer " + workerCallToken()).getBytes(StandardCharsets.UTF_8);
        return MessageDigest.isEqual(expected, authorization.getBytes(StandardCharsets.UTF_8));
    }

    private byte[] derive(String label) {
        try {
            return KDF.getInstance("HKDF-SHA256")
                    .deriveData(HKDFParameterSpec.ofExtract()
                            .addIKM(material)
                            .addSalt(SALT)
                            .thenExpand(label.getBytes(StandardCharsets.US_ASCII), KEY_BYTES));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HKDF-SHA256 is part of every JDK 25", e);
        }
    }

    @Override
    public String toString() {
        return "ClusterSecret[hidden]";
    }
}
