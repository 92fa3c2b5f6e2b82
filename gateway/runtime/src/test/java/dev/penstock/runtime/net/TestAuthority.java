package dev.penstock.runtime.net;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicLong;

/** A certificate authority for one test: X.509 by hand (RFC 5280), ECDSA on P-256, PEM files. */
final class TestAuthority {
    private static final byte[] ECDSA_WITH_SHA256 = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
    private static final byte[] COMMON_NAME = oid(0x55, 0x04, 0x03);
    private static final byte[] SUBJECT_ALTERNATIVE_NAME = oid(0x55, 0x1d, 0x11);
    private static final byte[] BASIC_CONSTRAINTS = oid(0x55, 0x1d, 0x13);
    private static final AtomicLong SERIAL = new AtomicLong(System.nanoTime() & 0xffffff);

    private final Path directory;
    private final String name;
    private final KeyPair keys = keyPair();
    final Path certificate;

    /** The files of one certificate and its key. */
    record Issued(Path certificate, Path key, BigInteger serial) {}

    TestAuthority(Path directory, String name) throws IOException {
        this.directory = directory;
        this.name = name;
        byte[] constraints = sequence(
                BASIC_CONSTRAINTS,
                der(0x01, new byte[] {(byte) 0xff}),
                der(0x04, sequence(der(0x01, new byte[] {(byte) 0xff}))));
        byte[] own = sign(name, keys, constraints, SERIAL.incrementAndGet());
        this.certificate = write(name + ".pem", "CERTIFICATE", own);
    }

    /** A certificate for a host name or an IP address. */
    Issued issue(String file, String host) throws IOException {
        KeyPair own = keyPair();
        byte[] alternative = Character.isDigit(host.charAt(0))
                ? der(0x87, InetAddress.getByName(host).getAddress())
                : der(0x82, host.getBytes(StandardCharsets.US_ASCII));
        byte[] names = sequence(SUBJECT_ALTERNATIVE_NAME, der(0x04, sequence(alternative)));
        long serial = SERIAL.incrementAndGet();
        byte[] signed = sign("host " + host, own, names, serial);
        return new Issued(
                write(file + ".pem", "CERTIFICATE", signed),
                write(file + ".key", "PRIVATE KEY", own.getPrivate().getEncoded()),
                BigInteger.valueOf(serial));
    }

    private byte[] sign(String subject, KeyPair of, byte[] extension, long serial) {
        Instant now = Instant.now();
        byte[] body = sequence(
                der(0xa0, integer(2)),
                integer(serial),
                ECDSA_WITH_SHA256,
                name(name),
                sequence(time(now.minus(1, ChronoUnit.DAYS)), time(now.plus(30, ChronoUnit.DAYS))),
                name(subject),
                of.getPublic().getEncoded(),
                der(0xa3, sequence(extension)));
        return sequence(body, ECDSA_WITH_SHA256, der(0x03, concat(new byte[] {0}, signature(keys.getPrivate(), body))));
    }

    private static byte[] signature(PrivateKey key, byte[] body) {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(key);
            signature.update(body);
            return signature.sign();
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static KeyPair keyPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private Path write(String file, String type, byte[] der) throws IOException {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return Files.writeString(
                directory.resolve(file), "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n");
    }

    private static byte[] name(String commonName) {
        byte[] value = der(0x0c, commonName.getBytes(StandardCharsets.UTF_8));
        return sequence(der(0x31, sequence(COMMON_NAME, value)));
    }

    private static byte[] time(Instant instant) {
        String text = DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'")
                .withZone(ZoneOffset.UTC)
                .format(instant);
        return der(0x17, text.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] integer(long value) {
        return der(0x02, BigInteger.valueOf(value).toByteArray());
    }

    private static byte[] oid(int... bytes) {
        byte[] content = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            content[i] = (byte) bytes[i];
        }
        return der(0x06, content);
    }

    private static byte[] sequence(byte[]... parts) {
        return der(0x30, concat(parts));
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static byte[] der(int tag, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (content.length < 0x80) {
            out.write(content.length);
        } else {
            byte[] length = BigInteger.valueOf(content.length).toByteArray();
            int skip = length[0] == 0 ? 1 : 0;
            out.write(0x80 | (length.length - skip));
            out.write(length, skip, length.length - skip);
        }
        out.writeBytes(content);
        return out.toByteArray();
    }
}
