package dev.penstock.runtime.net;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * TLS options from PEM files, checked before anything uses them: certificates parse, and the key is the key of the
 * certificate.
 *
 * <p>The options carry the bytes of the files, never their names: two sets of options are equal only when their
 * material is, so no cache keyed by options can serve one's context for the other (CVE-2026-102476). Each server and
 * client gets a set of its own.
 */
public final class TlsMaterial {
    private static final Set<String> PROTOCOLS = Set.of("TLSv1.2", "TLSv1.3");
    private static final long MAX_FILE_BYTES = 1 << 20;
    private static final Pattern PRIVATE_KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    private TlsMaterial() {}

    /**
     * The options of a listener.
     *
     * @throws IllegalArgumentException naming the file that does not load; never with its content
     */
    public static ServerSSLOptions server(ServerTls tls) {
        ServerSSLOptions options = new ServerSSLOptions();
        options.setKeyCertOptions(identity(tls.certificate(), tls.key()));
        options.setClientAuth(
                switch (tls.clientAuth()) {
                    case NONE -> ClientAuth.NONE;
                    case OPTIONAL -> ClientAuth.REQUEST;
                    case REQUIRED -> ClientAuth.REQUIRED;
                });
        tls.clientCa().ifPresent(authorities -> options.setTrustOptions(trust(authorities)));
        // The guards of a listener read HTTP/1.1, so that is all it offers.
        options.setUseAlpn(false);
        options.setEnabledSecureTransportProtocols(PROTOCOLS);
        return options;
    }

    /**
     * The options of a client.
     *
     * @throws IllegalArgumentException naming the file that does not load; never with its content
     */
    public static ClientSSLOptions client(ClientTls tls) {
        ClientSSLOptions options = new ClientSSLOptions();
        tls.trust().ifPresent(authorities -> options.setTrustOptions(trust(authorities)));
        tls.certificate().ifPresent(certificate -> tls.key()
                .ifPresent(key -> options.setKeyCertOptions(identity(certificate, key))));
        options.setHostnameVerificationAlgorithm("HTTPS");
        options.setTrustAll(false);
        options.setUseAlpn(false);
        options.setEnabledSecureTransportProtocols(PROTOCOLS);
        return options;
    }

    private static PemTrustOptions trust(Path authorities) {
        byte[] bytes = read(authorities);
        certificates(authorities, bytes);
        return new PemTrustOptions().addCertValue(Buffer.buffer(bytes));
    }

    private static PemKeyCertOptions identity(Path certificate, Path key) {
        byte[] chain = read(certificate);
        byte[] secret = read(key);
        X509Certificate own = certificates(certificate, chain).getFirst();
        if (!belong(
                own.getPublicKey(), privateKey(key, secret, own.getPublicKey().getAlgorithm()))) {
            throw new IllegalArgumentException(key + ": not the key of the certificate in " + certificate);
        }
        return new PemKeyCertOptions().setCertValue(Buffer.buffer(chain)).setKeyValue(Buffer.buffer(secret));
    }

    private static byte[] read(Path file) {
        try (InputStream input = Files.newInputStream(file)) {
            byte[] bytes = input.readNBytes((int) MAX_FILE_BYTES + 1);
            if (bytes.length > MAX_FILE_BYTES) {
                throw new IllegalArgumentException(file + ": too large (expected: at most 1MiB of PEM)");
            }
            return bytes;
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(file + ": cannot be read (expected: a PEM file)", unreadable);
        }
    }

    private static List<X509Certificate> certificates(Path file, byte[] pem) {
        try {
            List<X509Certificate> found =
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem)).stream()
                            .map(X509Certificate.class::cast)
                            .toList();
            if (found.isEmpty()) {
                throw new IllegalArgumentException(file + ": no certificate (expected: X.509 certificates in PEM)");
            }
            return found;
        } catch (GeneralSecurityException broken) {
            throw new IllegalArgumentException(file + ": not X.509 certificates in PEM", broken);
        }
    }

    private static PrivateKey privateKey(Path file, byte[] pem, String algorithm) {
        Matcher matcher = PRIVATE_KEY.matcher(new String(pem, StandardCharsets.ISO_8859_1));
        if (!matcher.find()) {
            throw new IllegalArgumentException(
                    file + ": no private key (expected: PKCS #8 in PEM, BEGIN PRIVATE KEY, not encrypted)");
        }
        try {
            byte[] encoded = Base64.getMimeDecoder().decode(matcher.group(1));
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
        } catch (GeneralSecurityException | IllegalArgumentException broken) {
            // No cause: it may quote the key.
            throw new IllegalArgumentException(file + ": not a private key of type " + algorithm + " in PKCS #8");
        }
    }

    /** Whether what one signs the other verifies. */
    private static boolean belong(PublicKey open, PrivateKey secret) {
        String algorithm =
                switch (open.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> open.getAlgorithm();
                };
        try {
            byte[] probe = {1, 2, 3};
            Signature signer = Signature.getInstance(algorithm);
            signer.initSign(secret);
            signer.update(probe);
            byte[] signature = signer.sign();
            Signature verifier = Signature.getInstance(algorithm);
            verifier.initVerify(open);
            verifier.update(probe);
            return verifier.verify(signature);
        } catch (GeneralSecurityException different) {
            return false;
        }
    }
}
