package dev.penstock.runtime.net;

import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Example;
import java.nio.file.Path;
import java.util.Optional;

/** TLS towards servers, from PEM files; versions 1.2 and 1.3. The server's name is always verified. */
@Doc("TLS towards servers, versions 1.2 and 1.3. The server's name is always verified.")
public record ClientTls(
        @Doc("The certificates, in PEM, of the authorities to trust; without it those of the JVM.")
        @Example("tls/workers-ca.pem")
        Optional<Path> trust,

        @Doc("The client's own certificate chain in PEM, for servers that ask for one.") @Example("tls/client.pem")
        Optional<Path> certificate,

        @Doc("The private key of the client's certificate in PEM (PKCS #8), not encrypted.") @Example("tls/client.key")
        Optional<Path> key) {

    public ClientTls {
        if (certificate.isPresent() != key.isPresent()) {
            String missing = certificate.isPresent() ? "key" : "certificate";
            throw new IllegalArgumentException(missing + ": missing (expected: certificate and key together)");
        }
    }

    /** The authorities of the JVM, and no certificate of our own. */
    public static ClientTls system() {
        return new ClientTls(Optional.empty(), Optional.empty(), Optional.empty());
    }
}
