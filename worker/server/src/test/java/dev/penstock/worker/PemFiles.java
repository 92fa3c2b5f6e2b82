package dev.penstock.worker;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;

/** Certificates for 127.0.0.1 that sign themselves, made by the JDK's own tool. */
final class PemFiles {
    private static final char[] PASSWORD = "for tests only".toCharArray();

    private PemFiles() {}

    /** Writes {@code name.pem} and {@code name.key}, over what is there. Returns the certificate. */
    static Certificate write(Path directory, String name) throws Exception {
        Path store = directory.resolve(name + ".p12");
        Files.deleteIfExists(store);
        Process tool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        name,
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        String.valueOf(PASSWORD))
                .inheritIO()
                .start();
        if (tool.waitFor() != 0) {
            throw new IOException("keytool ended with " + tool.exitValue());
        }
        return export(store, directory, name);
    }

    private static Certificate export(Path store, Path directory, String name)
            throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream input = Files.newInputStream(store)) {
            keys.load(input, PASSWORD);
        }
        Certificate certificate = keys.getCertificate(name);
        write(directory.resolve(name + ".pem"), "CERTIFICATE", certificate.getEncoded());
        write(
                directory.resolve(name + ".key"),
                "PRIVATE KEY",
                keys.getKey(name, PASSWORD).getEncoded());
        return certificate;
    }

    private static void write(Path file, String what, byte[] der) throws IOException {
        String base64 = Base64.getMimeEncoder().encodeToString(der);
        Files.writeString(file, "-----BEGIN " + what + "-----\n" + base64 + "\n-----END " + what + "-----\n");
    }
}
