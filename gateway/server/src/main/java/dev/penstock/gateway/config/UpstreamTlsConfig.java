package dev.penstock.gateway.config;

import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Example;
import java.nio.file.Path;
import java.util.Optional;

/** TLS towards a worker. */
@Doc(
        "TLS to a worker, versions 1.2 and 1.3; the host name is always verified. The files are read again when they change.")
public record UpstreamTlsConfig(
        @Doc("The certificates, in PEM, of the authorities to trust; without it the system's.")
        @Example("tls/upstream-ca.pem")
        Optional<Path> ca,

        @Doc("Our certificate chain, in PEM, for a worker that asks for one.") @Example("tls/client.pem")
        Optional<Path> certificate,

        @Doc("The private key of `certificate`, in PEM (PKCS #8), not encrypted.") @Example("tls/client.key")
        Optional<Path> key) {
    public UpstreamTlsConfig {
        if (certificate.isPresent() != key.isPresent()) {
            throw new IllegalArgumentException(
                    (certificate.isPresent() ? "key" : "certificate") + ": missing (expected: both, or neither)");
        }
    }
}
