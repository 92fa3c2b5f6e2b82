package dev.penstock.runtime.net;

import dev.penstock.runtime.config.Default;
import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Example;
import java.nio.file.Path;
import java.util.Optional;

/** TLS of a listener, from PEM files; versions 1.2 and 1.3. */
@Doc("TLS of a listener, versions 1.2 and 1.3. The files are read again when they change.")
public record ServerTls(
        @Doc("The certificate chain in PEM, the listener's own certificate first.") @Example("tls/server.pem")
        Path certificate,

        @Doc("The private key in PEM (PKCS #8), not encrypted.") @Example("tls/server.key")
        Path key,

        @Doc("The certificates, in PEM, of the authorities that sign clients.") @Example("tls/clients-ca.pem")
        Optional<Path> clientCa,

        @Doc("Whether clients must show a certificate.") @Default("none")
        ClientAuthentication clientAuth) {

    public ServerTls {
        if (clientAuth != ClientAuthentication.NONE && clientCa.isEmpty()) {
            throw new IllegalArgumentException("client-auth: without client-ca (expected: the authorities to trust)");
        }
    }
}
